import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { Ago } from '../ui/Ago.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Named } from '../ui/Named.tsx'
import { Paged, ShowMore } from '../ui/Paged.tsx'
import type { Case } from './cases.ts'
import { type Request, Requesters } from './documents.ts'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'

/** Those who asked last, and the way to all others: what is to be decided stays in sight. */
export function Asking({ of }: { of: Case }) {
  const says = useTexts(requestTexts)
  const [isOpen, setOpen] = useState(false)
  const { requests, requestCount } = of
  return (
    <div>
      <h3 className={styles.label}>{says.requesters}</h3>
      <RequesterList of={requests} />
      {requestCount > requests.length && (
        <Button
          variant="subtle"
          size="compact-sm"
          className={styles.all}
          onClick={() => setOpen(true)}
          aria-label={says.showAllOf(requestCount, of.app.name)}
        >
          {says.showAll(requestCount)}
        </Button>
      )}
      {isOpen && <RequestersDialog of={of} onClose={() => setOpen(false)} />}
    </div>
  )
}

const RequesterList = ({ of }: { of: readonly Request[] }) => {
  const says = useTexts(requestTexts)
  return (
    <ul className={styles.requesters}>
      {of.map(({ id, requester, reason, createdAt }) => (
        <li key={id}>
          <span className={styles.requester} title={requester.email ?? undefined}>
            {requester.name}
          </span>
          <span className={styles.when}>
            <Ago at={createdAt} />
          </span>
          <span className={reason ? styles.reason : styles.noReason}>{reason || says.noReason}</span>
        </li>
      ))}
    </ul>
  )
}

const requestsIn = ({ node }: ResultOf<typeof Requesters>) =>
  node?.__typename === 'InstallCase' ? node.requests : undefined

/** Everybody who asks for the app, and why. */
function RequestersDialog({ of: { key, app }, onClose }: { of: Case; onClose: () => void }) {
  const says = useTexts(requestTexts)
  const pages = usePages(Requesters, { caseId: key }, requestsIn)
  return (
    <Dialog title={<Named text={says.askFor(app.name)} name={app.name} />} onClose={onClose}>
      <Paged of={pages} empty={<p>{says.none}</p>}>
        {(requests) => <RequesterList of={requests} />}
      </Paged>
      <ShowMore of={pages} />
    </Dialog>
  )
}
