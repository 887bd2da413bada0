import type { Core } from '../core.ts'
import { CursorRefused, NotFound } from '../errors.ts'
import { decodeCursor } from '../history/cursor.ts'

/** What of a stream there is to read: the events after `prunedThrough`, up to `head`. */
export interface Extent {
  readonly head: bigint
  readonly prunedThrough: bigint
}

/** @throws {NotFound} where there is no such stream (any more). */
export async function readExtent(core: Core, streamId: string): Promise<Extent> {
  const stream = await core.prisma.stream.findUnique({
    where: { id: streamId },
    select: { head: true, prunedThrough: true },
  })
  if (!stream) throw new NotFound()
  return stream
}

/**
 * The sequence number that a client's cursor stands for.
 *
 * @throws {CursorRefused} where the stream cannot be resumed from it.
 */
export function resume(cursor: string, streamId: string, { head, prunedThrough }: Extent): bigint {
  const position = decodeCursor(cursor)
  if (position.streamId !== streamId) {
    throw new CursorRefused(
      'CURSOR_OF_ANOTHER_STREAM',
      'This cursor belongs to the history of another organization or user. Pass one of this history, or none.',
    )
  }
  if (position.sequence < prunedThrough) {
    throw new CursorRefused(
      'CURSOR_TOO_OLD',
      'What came right after this cursor is no longer kept. Query the current state with its feedCursor, then go on after that.',
    )
  }
  if (position.sequence > head) {
    throw new CursorRefused(
      'CURSOR_FROM_THE_FUTURE',
      'This history has not come as far as this cursor; the server may have been restored from a backup. Query the current state with its feedCursor, then go on after that.',
    )
  }
  return position.sequence
}
