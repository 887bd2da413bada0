import { type RefObject, useEffect, useRef, useState } from 'react'
import type { Problem } from '../api/problem.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import type { Faults } from './rules.ts'
import { appTexts } from './texts.ts'

interface FieldErrors {
  /** What is wrong at a path: what the form knows by itself, or what the server said. */
  readonly errorAt: (path: string) => string | undefined
  /** What belongs to no field that is shown. */
  readonly rest: Problem | undefined
  /** From now on what is wrong is said, and the first field that is wrong gets the focus. */
  readonly complain: () => void
  readonly hush: () => void
  readonly form: RefObject<HTMLFormElement | null>
}

/** Says at each field of a form what is wrong with it; nothing before somebody has tried to send it. */
export function useFieldErrors(faults: Faults, problem: Problem | undefined): FieldErrors {
  const says = useTexts(appTexts)
  const form = useRef<HTMLFormElement>(null)
  const [attempts, setAttempts] = useState(0)
  useEffect(() => {
    if (attempts === 0 && !problem) return
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-field-error]')?.focus()
  }, [attempts, problem])

  const issues: Record<string, string> = { ...problem?.issues }
  if (problem?.details.quota === 'redirectUrisPerApp')
    issues.redirectUris = says.urisQuota(Number(problem.details.limit))
  // One of the scopes has no field of its own.
  for (const [path, message] of Object.entries(issues)) if (path.startsWith('scopes.')) issues.scopes ??= message
  return {
    errorAt: (path) => {
      const fault = attempts > 0 ? faults[path] : undefined
      return fault ? says.faults[fault] : issues[path]
    },
    rest: problem && Object.keys(issues).length > 0 ? undefined : problem,
    complain: () => setAttempts((count) => count + 1),
    hush: () => setAttempts(0),
    form,
  }
}
