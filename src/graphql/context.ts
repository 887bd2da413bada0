import { initContextCache } from '@pothos/core'
import { notForApps } from '../access/actions.ts'
import { loadViewers } from '../access/load-viewers.ts'
import { basisOf, type Caller, type Credential, type Viewer } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { Unauthenticated } from '../errors.ts'
import { AnswerBudget } from './answer-budget.ts'

/** What every resolver is handed. */
export interface Context {
  readonly core: Core
  /** Null for callers who are signed out. */
  readonly viewer: Caller | null
  readonly credential: Credential | null
  /** The one time as of which all of the answer is read. */
  readonly now: Date
  /** Stands in the log and in a masked error, so that the one can be found from the other. */
  readonly requestId: string
  /** The address that limits on attempts are counted by. */
  readonly address: string
  /** What the client calls itself (RFC 9110 section 10.1.5). */
  readonly userAgent?: string
  /** What the operations of this request may cost and answer, all together. */
  readonly answer: AnswerBudget
  /** Tells the browser to forget its session cookie; only where the answer can still carry that. */
  readonly clearCookie?: () => void
  /** The cursor that a browser resumes an interrupted stream of events from; it wins over `after` (WHATWG HTML section 9.2.4). */
  readonly lastEventId?: string | undefined
}

type NewContext = Omit<Context, 'now' | 'answer'> & { readonly answer?: AnswerBudget | undefined }

/**
 * A context with caches of its own. Pothos keeps the outcome of auth scopes for the life of a
 * context, so whatever is to be authorized anew (each delivery of a subscription) takes a new one.
 */
export const makeContext = ({ answer, ...context }: NewContext): Context => ({
  ...context,
  answer: answer ?? new AnswerBudget(context.core.config.limits),
  now: context.core.clock.now(),
  ...initContextCache(),
})

/** @throws {Unauthenticated} */
export function requireViewer(context: Pick<Context, 'viewer'>): Caller {
  if (!context.viewer) throw new Unauthenticated()
  return context.viewer
}

/**
 * The user who is signed in, with no app in between.
 *
 * @throws {Unauthenticated | Forbidden}
 */
export function requirePerson(context: Pick<Context, 'viewer'>): Viewer {
  const viewer = requireViewer(context)
  if (viewer.app) throw notForApps()
  return viewer
}

/**
 * Asks again who is asking. A mutation may have given or taken a right of the viewer's own, and what
 * follows in the same operation goes by how things are then.
 */
export async function refreshViewer(context: Context): Promise<void> {
  const { core, credential } = context
  const viewer = credential && ((await loadViewers(core, [credential])).get(basisOf(credential)) ?? null)
  Object.assign(context, { viewer, ...initContextCache() })
}
