import type { Action } from '../api/useAction.ts'
import { ConfirmDialog, type ConfirmDialogProps } from './ConfirmDialog.tsx'
import type { Touching } from './useImpact.ts'

interface ImpactDialogProps<Data, Input>
  extends Pick<ConfirmDialogProps, 'title' | 'children' | 'action' | 'name' | 'onCancel'> {
  readonly touching: Touching
  readonly doing: Action<Data, Input>
  /** What it is done with. */
  readonly input: (impactVersion: string | null) => Input
  readonly onDone: () => void
}

/** Asks before something that breaks what others use, and says what; again where that has changed meanwhile. */
export function ImpactDialog<Data, Input>(props: ImpactDialogProps<Data, Input>) {
  const { touching, doing, input, onDone, ...rest } = props
  const { impact } = touching
  const confirm = async () => {
    const { problem } = await doing.run(input(impact?.version ?? null))
    if (problem) touching.learn(problem)
    else onDone()
  }
  return (
    <ConfirmDialog
      {...rest}
      impact={impact}
      busy={doing.busy}
      problem={doing.problem ?? touching.problem}
      onRetry={touching.retry}
      onConfirm={confirm}
    />
  )
}
