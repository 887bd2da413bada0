import { type ReactNode, useState } from 'react'
import type { Problem } from '../api/problem.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import styles from './apps.module.css'
import { Choices } from './Choices.tsx'
import { credentialTexts } from './credential-texts.ts'

interface RevokeDialogProps {
  readonly title: string
  readonly action: string
  /** When to end the tokens, too. */
  readonly endMore: string
  readonly busy: boolean
  readonly problem: Problem | undefined
  readonly onConfirm: (revokeTokens: boolean) => void
  readonly onCancel: () => void
  readonly children: ReactNode
}

/** Asks before a secret or key ends, and what is to become of the tokens that were got with it. */
export function RevokeDialog({ endMore, onConfirm, children, ...rest }: RevokeDialogProps) {
  const says = useTexts(credentialTexts)
  const [tokens, setTokens] = useState<'keep' | 'end'>('keep')
  return (
    <ConfirmDialog {...rest} onConfirm={() => onConfirm(tokens === 'end')}>
      <p className={styles.dialogAbout}>{children}</p>
      <div className={styles.fieldLabel}>{says.tokens}</div>
      <Choices
        label={says.tokens}
        choices={[
          { value: 'keep', title: says.tokensKeep, about: says.tokensKeepMore },
          { value: 'end', title: says.tokensEnd, about: endMore },
        ]}
        chosen={tokens}
        onChoose={setTokens}
      />
    </ConfirmDialog>
  )
}
