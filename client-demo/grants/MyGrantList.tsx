import { Button } from '@mantine/core'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { useDialog } from '../installations/useDialog.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { KeyIcon } from '../ui/icons.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { type Grant, MyGrants } from './documents.ts'
import { GrantRow } from './GrantRow.tsx'
import styles from './grants.module.css'
import { RevokeDialog } from './RevokeDialog.tsx'
import { grantTexts } from './texts.ts'

const grantsIn = ({ viewer }: ResultOf<typeof MyGrants>) => viewer?.grants

/** The apps that the viewer has authorized. `onSay` tells whoever does not see it what was done. */
export function MyGrantList({ onSay }: { onSay: (what: string) => void }) {
  const says = useTexts(grantTexts)
  const pages = usePages(MyGrants, { language: useApiLanguage() }, grantsIn)
  const dialog = useDialog<Grant>()
  return (
    <>
      {pages.problem ? (
        <ProblemState problem={pages.problem} onRetry={pages.retry} />
      ) : pages.nodes === undefined ? (
        <Waiting />
      ) : pages.nodes.length === 0 ? (
        <EmptyState icon={<KeyIcon size={32} />} title={says.noneOfMine}>
          {says.noneOfMineMore}
        </EmptyState>
      ) : (
        <ul className={styles.list} aria-label={says.mine}>
          {pages.nodes.map((grant) => (
            <li key={grant.id}>
              <GrantRow of={grant} isMine onRevoke={dialog.open} />
            </li>
          ))}
        </ul>
      )}
      {pages.hasMore && (
        <Button variant="default" className={styles.more} onClick={pages.loadMore} loading={pages.loadingMore}>
          {says.showMore}
        </Button>
      )}
      {dialog.what && (
        <RevokeDialog
          of={dialog.what}
          onDone={() => {
            onSay(says.isRevoked(dialog.what?.app.name ?? ''))
            dialog.close()
          }}
          onCancel={() => dialog.close(`revoke-${dialog.what?.id}`)}
        />
      )}
    </>
  )
}
