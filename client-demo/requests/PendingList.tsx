import { Button } from '@mantine/core'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { InboxIcon } from '../ui/icons.tsx'
import { Paged, ShowMore } from '../ui/Paged.tsx'
import { CaseRow } from './CaseRow.tsx'
import type { Case } from './cases.ts'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'
import { useHeld } from './useHeld.ts'
import type { useRequests } from './useRequests.ts'

type Requests = ReturnType<typeof useRequests>

/** What nobody has decided yet, and what became of it while the page was open. */
export function PendingList({ of, none: noneTitle }: { of: Requests; none: string }) {
  const says = useTexts(requestTexts)
  const none = (
    <EmptyState icon={<InboxIcon size={32} />} title={noneTitle}>
      {says.noneMore}
    </EmptyState>
  )
  return (
    <>
      <Paged of={{ ...of, nodes: of.cases }} empty={none}>
        {(cases) => <Cases of={cases} isNew={of.isNew} />}
      </Paged>
      <ShowMore of={of} />
    </>
  )
}

/** Cases, and a way to those that came while the viewer was at them. */
function Cases({ of, isNew }: { of: readonly Case[]; isNew: Requests['isNew'] }) {
  const says = useTexts(requestTexts)
  const { cases, waiting, release, handlers } = useHeld(of)
  return (
    <div tabIndex={-1} className={styles.list} {...handlers}>
      {waiting > 0 && (
        <div className={styles.waiting}>
          <Button size="compact-sm" radius="xl" onClick={release}>
            {says.showNew(waiting)}
          </Button>
        </div>
      )}
      <ul className={styles.cases} aria-label={says.title}>
        {cases.map((one) => (
          <CaseRow key={one.key} of={one} isNew={isNew(one.key)} />
        ))}
      </ul>
    </div>
  )
}
