import { useEffect, useState } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router'

export const types = ['WEB', 'PUBLIC', 'DEVICE', 'SERVICE'] as const
export const steps = ['type', 'details', 'scopes'] as const
export type Step = (typeof steps)[number]

type AppType = (typeof types)[number]

/** What an entry of the browser's history knows. */
interface Taken {
  /** How many steps were taken before. */
  readonly count: number
  /** By which form. */
  readonly form: number
}

/**
 * How far somebody is with a new app. It stands in the address (`?type=WEB&step=scopes`), so that the browser's
 * way back is one step back.
 */
export function useSteps() {
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const taken: Partial<Taken> = useLocation().state ?? {}
  const [form] = useState(Math.random)
  const [target, setTarget] = useState<string>()
  const count = taken.count ?? 0
  const type = types.find((one) => one === params.get('type'))
  // Text that was typed in the step before does not outlast its form.
  const hasDetails = params.get('step') === 'scopes' && taken.form === form
  const step: Step = !type ? 'type' : hasDetails ? 'scopes' : 'details'

  useEffect(() => {
    if (target === undefined) return
    // First back to where the form began: nobody comes back to its steps.
    if (count > 0) navigate(-count)
    else navigate(target, { replace: true })
  }, [target, count, navigate])

  return {
    type,
    step,
    next: (chosen: AppType) => {
      const search = step === 'type' ? `?type=${chosen}` : `?type=${chosen}&step=scopes`
      navigate({ search }, { state: { count: count + 1, form } satisfies Taken })
    },
    back: () => {
      if (count > 0) navigate(-1)
      else navigate({ search: '' }, { replace: true })
    },
    /** Goes to another page, which takes the place of the form. */
    leaveFor: setTarget,
    isLeaving: target !== undefined,
  }
}
