import { type RefObject, useEffect, useRef, useState } from 'react'
import type { Problem } from '../api/problem.ts'
import { useLanguage } from '../i18n/LanguageProvider.tsx'
import { type Faults, sayIssue } from './issue-texts.ts'

interface FieldErrors<Form extends HTMLElement> {
  /** What is wrong at a path: what the form knows by itself, or what the server said. */
  readonly errorAt: (path: string) => string | undefined
  /** The same for a field that stands for a list: of any of its entries. */
  readonly errorWithin: (path: string) => string | undefined
  /** What belongs to no field that is shown. */
  readonly rest: Problem | undefined
  /**
   * Whether nothing is wrong. Else, from now on, what is wrong is said, and the first field that is wrong
   * gets the focus.
   */
  readonly check: () => boolean
  readonly hush: () => void
  readonly form: RefObject<Form | null>
}

/**
 * Says at each field of a form what is wrong with it; nothing before somebody has tried to send it.
 *
 * @param fields that the form shows: of a list all its entries, by its name.
 */
export function useFieldErrors<Form extends HTMLElement = HTMLFormElement>(
  fields: readonly string[],
  faults: Faults,
  problem: Problem | undefined,
): FieldErrors<Form> {
  const { language } = useLanguage()
  const form = useRef<Form>(null)
  const [attempts, setAttempts] = useState(0)
  useEffect(() => {
    if (attempts === 0 && !problem) return
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-field-error]')?.focus()
  }, [attempts, problem])

  const issueAt = (path: string) => (attempts > 0 ? faults[path] : undefined) ?? problem?.issues[path]
  const errorAt = (path: string) => {
    const issue = issueAt(path)
    return issue && sayIssue(language, issue)
  }
  return {
    errorAt,
    errorWithin: (path) => {
      const below = Object.keys(problem?.issues ?? {}).find((one) => one.startsWith(`${path}.`))
      return errorAt(path) ?? (below && errorAt(below))
    },
    rest: problem && restOf(problem, fields),
    check: () => {
      const isFine = Object.values(faults).every((fault) => !fault)
      if (!isFine) setAttempts((count) => count + 1)
      return isFine
    },
    hush: () => setAttempts(0),
    form,
  }
}

/** The problem without what stands at these fields; undefined where that is all. */
function restOf(problem: Problem, fields: readonly string[]): Problem | undefined {
  const all = Object.entries(problem.issues)
  const rest = all.filter(([path]) => !fields.includes(path.split('.')[0] ?? ''))
  return all.length > 0 && rest.length === 0 ? undefined : { ...problem, issues: Object.fromEntries(rest) }
}
