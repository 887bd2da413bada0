import { useEffect, useRef } from 'react'
import type { Case } from './cases.ts'
import { PendingCase } from './PendingCase.tsx'
import styles from './requests.module.css'
import { SettledCase } from './SettledCase.tsx'

interface CaseRowProps {
  readonly of: Case
  /** Whether something of it came while the page was open. */
  readonly isNew: boolean
  /** Whether nothing is left of it. */
  readonly isGone: boolean
}

/** A case, before and after it is settled. */
export function CaseRow({ of, isNew, isGone }: CaseRowProps) {
  const isPending = of.isPending && !isGone
  const row = useRef<HTMLLIElement>(null)
  const decidedHere = useRef(false)
  // The button that the viewer pressed is gone, and the focus with it: they go on from here.
  useEffect(() => {
    if (!isPending && decidedHere.current) row.current?.focus({ preventScroll: true })
  }, [isPending])
  return (
    <li ref={row} tabIndex={-1} className={styles.case} data-pending={isPending} data-new={isNew || undefined}>
      {isPending ? (
        <PendingCase
          of={of}
          isNew={isNew}
          onDecide={() => {
            decidedHere.current = true
          }}
        />
      ) : (
        <SettledCase of={of} isGone={isGone} />
      )}
    </li>
  )
}
