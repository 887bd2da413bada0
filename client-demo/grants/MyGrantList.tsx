import { useState } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { KeyIcon } from '../ui/icons.tsx'
import { Paged, ShowMore } from '../ui/Paged.tsx'
import { type Grant, MyGrants } from './documents.ts'
import { GrantRow } from './GrantRow.tsx'
import styles from './grants.module.css'
import { RevokeDialog } from './RevokeDialog.tsx'
import { grantTexts } from './texts.ts'

const grantsIn = ({ viewer }: ResultOf<typeof MyGrants>) => viewer?.grants

/** The apps that the viewer has authorized. `onSay` announces changes to screen readers. */
export function MyGrantList({ onSay }: { onSay: (what: string) => void }) {
  const says = useTexts(grantTexts)
  const pages = usePages(MyGrants, { language: useApiLanguage() }, grantsIn)
  const [asked, ask] = useState<Grant>()
  const none = (
    <EmptyState icon={<KeyIcon size={32} />} title={says.noneOfMine}>
      {says.noneOfMineMore}
    </EmptyState>
  )
  return (
    <>
      <Paged of={pages} empty={none}>
        {(grants) => (
          <ul className={styles.list} aria-label={says.mine}>
            {grants.map((grant) => (
              <li key={grant.id}>
                <GrantRow of={grant} isMine onRevoke={ask} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
      <ShowMore of={pages} />
      {asked && (
        <RevokeDialog
          of={asked}
          onDone={() => {
            onSay(says.isRevoked(asked.app.name))
            ask(undefined)
          }}
          onCancel={() => ask(undefined)}
        />
      )}
    </>
  )
}
