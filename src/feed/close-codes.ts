import { GraphQLError } from 'graphql'
import { DomainError, Unauthenticated } from '../errors.ts'

/** Close codes of the WebSocket; over SSE they stand in the last event, as `extensions.closeCode`. */
export const closeCodes = {
  /** The server stops. Connect again, perhaps to another node, and resume by cursor. */
  stopping: 1012,
  /** Whether the credential is good cannot be said for now. Connect again later. */
  tryAgainLater: 1013,
  /** The credential has ended. Sign in again. */
  credentialEnded: 4403,
  /** Deliveries were not taken in time. Connect again and resume by cursor. */
  slowReader: 4513,
} as const

const ending = (code: string, message: string, closeCode: number) =>
  new GraphQLError(message, { extensions: { code, closeCode } })

export const serverStopping = () =>
  ending(
    'SERVER_STOPPING',
    'The server is stopping. Connect again and resume after your last cursor.',
    closeCodes.stopping,
  )

export const slowReader = () =>
  ending(
    'SLOW_READER',
    'Deliveries were not taken in time. Connect again and resume after your last cursor.',
    closeCodes.slowReader,
  )

/** How a refusal ends a subscription; undefined for what is no refusal but a failure. */
export function endingFor(error: unknown): GraphQLError | undefined {
  if (error instanceof GraphQLError) return error
  if (error instanceof Unauthenticated) {
    return ending(
      error.code,
      'Your credential has ended. Sign in again, or get another token.',
      closeCodes.credentialEnded,
    )
  }
  if (error instanceof DomainError) return new GraphQLError(error.message, { extensions: { code: error.code } })
  return undefined
}

/** The code that a connection is to be closed with after this error; undefined where it stays open. */
export function closeCodeOf(error: GraphQLError): number | undefined {
  const code = error.extensions.closeCode
  return typeof code === 'number' ? code : undefined
}
