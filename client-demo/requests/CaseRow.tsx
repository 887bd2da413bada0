import { memo } from 'react'
import { type Case, isPending } from './cases.ts'
import { PendingCase } from './PendingCase.tsx'
import styles from './requests.module.css'
import { SettledCase } from './SettledCase.tsx'

interface CaseRowProps {
  readonly of: Case
  /** Whether something of it came while the page was open. */
  readonly isNew: boolean
}

/** Whether a row would look as it does: what was read again is never the same object, and mostly says the same. */
const looksSame = (before: CaseRowProps, now: CaseRowProps): boolean =>
  before.isNew === now.isNew && JSON.stringify(before.of) === JSON.stringify(now.of)

/** A case, before and after it is settled. It takes the focus when the button goes that settled it. */
export const CaseRow = memo(function CaseRow({ of, isNew }: CaseRowProps) {
  const pending = isPending(of)
  return (
    <li tabIndex={-1} className={styles.case} data-pending={pending} data-new={(pending && isNew) || undefined}>
      {pending ? <PendingCase of={of} isNew={isNew} /> : <SettledCase of={of} />}
    </li>
  )
}, looksSame)
