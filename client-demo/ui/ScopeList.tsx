import { UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { Scope } from '../api/fragments.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ScopeChips } from './ScopeChips.tsx'
import { sensitiveFirst } from './ScopeChoice.tsx'
import { uiTexts } from './texts.ts'
import styles from './ui.module.css'

/** So many are shown until one asks for more. */
const SHOWN = 3

/** Scopes in a row of a list: the first of them, the sensitive ones before others, and on demand the rest. */
export function ScopeList({ scopes }: { scopes: readonly Scope[] }) {
  const says = useTexts(uiTexts)
  const [isOpen, setOpen] = useState(false)
  const sorted = sensitiveFirst(scopes)
  const rest = scopes.length - SHOWN
  return (
    <div className={styles.scopeList}>
      <ScopeChips scopes={isOpen ? sorted : sorted.slice(0, SHOWN)} />
      {rest > 0 && (
        <UnstyledButton
          className={styles.moreScopes}
          aria-expanded={isOpen}
          aria-label={isOpen ? says.fewerScopes : says.moreScopes(rest)}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? '−' : `+${rest}`}
        </UnstyledButton>
      )}
    </div>
  )
}
