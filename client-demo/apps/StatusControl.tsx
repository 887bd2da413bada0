import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ImpactDialog } from '../ui/ImpactDialog.tsx'
import { Named } from '../ui/Named.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { useImpact } from '../ui/useImpact.ts'
import styles from './apps.module.css'
import { type App, AppImpact, Disable, Enable, impactIn } from './documents.ts'
import { StatusMark } from './StatusMark.tsx'
import { appTexts } from './texts.ts'

/** In milliseconds: so long what was done can be undone where it was done. */
const UNDO = 12_000

/** Whether the app works, and the switch for it: disabling asks, enabling does not, and both can be undone. */
export function StatusControl({ app }: { app: App }) {
  const says = useTexts(appTexts)
  const enabling = useAction(Enable)
  const reversals = { DISABLED: useAction(Enable), ENABLED: useAction(Disable) }
  const [isAsking, setAsking] = useState(false)
  const [done, setDone] = useState<keyof typeof reversals>()
  const undoButton = useRef<HTMLButtonElement>(null)
  const toggle = useRef<HTMLButtonElement>(null)
  const { id: appId, status } = app
  const isDisabled = status === 'DISABLED'

  useEffect(() => {
    if (done === undefined) return
    const stop = () => {
      // Else somebody is about to.
      if (!undoButton.current?.matches(':hover, :focus')) setDone(undefined)
    }
    const timer = setInterval(stop, UNDO)
    return () => clearInterval(timer)
  }, [done])

  const enable = async () => {
    const { success } = await enabling.run({ appId })
    if (success) setDone('ENABLED')
  }
  const undo = async () => {
    const reversing = done && reversals[done]
    if (!reversing || reversing.busy) return
    const { success } = await reversing.run({ appId })
    if (!success) return
    toggle.current?.focus()
    setDone(undefined)
  }

  return (
    <div className={styles.statusBar} data-status={status}>
      <div className={styles.statusLine}>
        <StatusMark status={status} />
        {/* Somebody else may have changed it again meanwhile: then there is nothing to undo. */}
        <span className={styles.statusSays} role="status">
          {done === status ? (
            <>
              {isDisabled ? says.disabledNow : says.enabledNow}{' '}
              <button ref={undoButton} type="button" className={styles.undo} onClick={undo}>
                {says.undo}
              </button>
            </>
          ) : (
            isDisabled && says.isDisabled
          )}
        </span>
        {/* One button, so that the focus stays on it. */}
        <Button
          ref={toggle}
          variant={isDisabled ? 'filled' : 'default'}
          onClick={isDisabled ? enable : () => setAsking(true)}
          loading={enabling.busy}
        >
          {isDisabled ? says.enable : says.disable}
        </Button>
      </div>
      <ProblemAlert problem={enabling.problem ?? reversals.DISABLED.problem ?? reversals.ENABLED.problem} />
      {isAsking && (
        <AskToDisable
          app={app}
          onDone={() => {
            setAsking(false)
            setDone('DISABLED')
          }}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  )
}

interface AskToDisableProps {
  readonly app: App
  readonly onDone: () => void
  readonly onCancel: () => void
}

function AskToDisable({ app: { id: appId, clientId, name }, ...rest }: AskToDisableProps) {
  const says = useTexts(appTexts)
  return (
    <ImpactDialog
      title={<Named text={says.disableTitle(name)} name={name} />}
      action={says.disable}
      touching={useImpact(AppImpact, { clientId, action: 'DISABLE' }, impactIn)}
      doing={useAction(Disable)}
      input={(impactVersion) => ({ appId, impactVersion })}
      {...rest}
    >
      {says.disableAbout}
    </ImpactDialog>
  )
}
