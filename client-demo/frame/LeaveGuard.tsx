import { useEffect, useState } from 'react'
import { type BlockerFunction, useBlocker } from 'react-router'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { type Loss, lossNow } from '../ui/useLossOnLeave.ts'
import { frameTexts } from './texts.ts'

/**
 * Asks before a page is left and something on it is lost: by a link, by the browser's buttons, or by closing
 * it. There is one for all pages, because the router asks one only.
 */
export function LeaveGuard() {
  const says = useTexts(frameTexts)
  const [loss, setLoss] = useState<Loss>('edits')
  const leaves: BlockerFunction = ({ currentLocation, nextLocation }) => {
    const now = currentLocation.pathname === nextLocation.pathname ? undefined : lossNow()
    if (now) setLoss(now)
    return now !== undefined
  }
  const blocker = useBlocker(leaves)
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (lossNow()) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [])
  if (blocker.state !== 'blocked') return null
  const { title, more } = says.leaving[loss]
  return (
    <ConfirmDialog
      title={title}
      action={says.leave}
      busy={false}
      problem={undefined}
      onConfirm={blocker.proceed}
      onCancel={blocker.reset}
    >
      {more}
    </ConfirmDialog>
  )
}
