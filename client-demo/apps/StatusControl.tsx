import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { useAction } from '../api/useAction.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import styles from './apps.module.css'
import { type App, AppImpact, Disable, Enable } from './documents.ts'
import { StatusMark } from './StatusMark.tsx'
import { appTexts } from './texts.ts'

/** In milliseconds: so long what was done can be undone where it was done. */
const UNDO = 12_000

/** Whether the app works, and the switch for it: disabling asks, enabling does not, and both can be undone. */
export function StatusControl({ app }: { app: App }) {
  const says = useTexts(appTexts)
  const disabling = useAction(Disable)
  const enabling = useAction(Enable)
  const [isAsking, setAsking] = useState(false)
  const [done, setDone] = useState<string>()
  const { id: appId, status } = app
  const busy = disabling.busy || enabling.busy
  const isDisabled = status === 'DISABLED'

  useEffect(() => {
    if (done === undefined) return
    const timer = setTimeout(() => setDone(undefined), UNDO)
    return () => clearTimeout(timer)
  }, [done])

  const set = async (action: typeof disabling | typeof enabling, to: string, impactVersion?: string) => {
    const { success } = await action.run({ appId, impactVersion })
    if (!success) return
    setAsking(false)
    setDone(to)
  }
  const enable = () => void set(enabling, 'ENABLED')
  const undo = async () => {
    const { success } = await (done === 'DISABLED' ? enabling : disabling).run({ appId })
    if (success) setDone(undefined)
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
              {/* biome-ignore lint/a11y/noAutofocus: what the viewer pressed is gone, and the focus with it. */}
              <button type="button" className={styles.undo} onClick={undo} disabled={busy} autoFocus>
                {says.undo}
              </button>
            </>
          ) : (
            isDisabled && says.isDisabled
          )}
        </span>
        {isDisabled ? (
          <Button onClick={enable} loading={enabling.busy}>
            {says.enable}
          </Button>
        ) : (
          <Button variant="default" onClick={() => setAsking(true)} disabled={busy}>
            {says.disable}
          </Button>
        )}
      </div>
      {!isAsking && <ProblemAlert problem={enabling.problem ?? disabling.problem} />}
      {isAsking && (
        <AskToDisable
          app={app}
          busy={disabling.busy}
          problem={disabling.problem}
          onConfirm={(version) => void set(disabling, 'DISABLED', version)}
          onCancel={() => {
            disabling.forget()
            setAsking(false)
          }}
        />
      )}
    </div>
  )
}

interface AskToDisableProps {
  readonly app: App
  readonly busy: boolean
  readonly problem: ReturnType<typeof useAction>['problem']
  readonly onConfirm: (impactVersion: string | undefined) => void
  readonly onCancel: () => void
}

function AskToDisable({ app, busy, problem, onConfirm, onCancel }: AskToDisableProps) {
  const says = useTexts(appTexts)
  const variables = { clientId: app.clientId, action: 'DISABLE' as const }
  const [{ data }] = useQuery({ query: AppImpact, variables, requestPolicy: 'network-only' })
  const impact = data?.app?.impact ?? null
  return (
    <ConfirmDialog
      title={says.disableTitle(app.name)}
      action={says.disable}
      impact={impact}
      busy={busy}
      problem={problem}
      onConfirm={() => onConfirm(impact?.version)}
      onCancel={onCancel}
    >
      {says.disableAbout}
    </ConfirmDialog>
  )
}
