import { VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import type { ResultOf } from '../api/graphql.ts'
import { usePages } from '../api/usePages.ts'
import { useApiLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { CheckIcon } from '../ui/icons.tsx'
import { Paged, ShowMore } from '../ui/Paged.tsx'
import { DenialRow } from './DenialRow.tsx'
import { denialTexts } from './denial-texts.ts'
import { type Denial, Denials } from './documents.ts'
import { LiftDialog } from './LiftDialog.tsx'
import styles from './requests.module.css'

const denialsIn = ({ organization }: ResultOf<typeof Denials>) => organization?.denials

/** The denials that stand, and the way to lift one. */
export function DenialList({ organizationId }: { organizationId: string }) {
  const says = useTexts(denialTexts)
  const pages = usePages(Denials, { organizationId, language: useApiLanguage() }, denialsIn)
  const [asked, ask] = useState<Denial>()
  const [said, say] = useState('')
  const none = (
    <EmptyState icon={<CheckIcon size={32} />} title={says.none}>
      {says.noneMore}
    </EmptyState>
  )
  return (
    <>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <Paged of={pages} empty={none}>
        {(denials) => (
          <ul className={styles.cases} aria-label={says.title}>
            {denials.map((denial) => (
              <li key={denial.id} className={styles.case}>
                <DenialRow of={denial} onLift={() => ask(denial)} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
      <ShowMore of={pages} />
      {asked && (
        <LiftDialog
          of={asked}
          onDone={() => {
            say(says.isLifted(asked.app.name))
            ask(undefined)
          }}
          onCancel={() => ask(undefined)}
        />
      )}
    </>
  )
}
