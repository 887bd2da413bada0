/**
 * What is to be done when a subscription has ended:
 *
 * - `resume`: connect again, and go on after the last cursor.
 * - `start-over`: the cursor is of no use any more; read everything anew, and go on after that.
 * - `signed-out`: the session is over.
 * - `no-right`: the viewer may not follow this (any more): see whether that is so, and start over where it is not.
 */
export type Ending = 'resume' | 'start-over' | 'signed-out' | 'no-right'

const endings: Readonly<Record<string, Ending>> = {
  UNAUTHENTICATED: 'signed-out',
  FORBIDDEN: 'no-right',
  NOT_FOUND: 'no-right',
  CURSOR_TOO_OLD: 'start-over',
  CURSOR_FROM_THE_FUTURE: 'start-over',
  CURSOR_OF_ANOTHER_STREAM: 'start-over',
  CURSOR_MALFORMED: 'start-over',
}

/** The close code of a connection whose credential has ended (docs/api.md). */
const CREDENTIAL_ENDED = 4403

/**
 * Reads an ending from what graphql-ws reports: the errors of the subscription, or the event with which
 * the connection was closed. Whatever is not known is a reason to try again: a server that restarts, a
 * proxy that lost its patience, a newer server with a code of its own.
 */
export function endingOf(reason: unknown): Ending {
  if (Array.isArray(reason)) {
    const codes = reason.map((error: { extensions?: { code?: unknown } } | null) => String(error?.extensions?.code))
    return codes.map((code) => endings[code]).find((ending) => ending !== undefined) ?? 'resume'
  }
  return closeCodeOf(reason) === CREDENTIAL_ENDED ? 'signed-out' : 'resume'
}

const closeCodeOf = (reason: unknown): unknown =>
  typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined
