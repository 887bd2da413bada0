import { CursorRefused } from '../errors.ts'

/** A position in a stream: the events up to and including `sequence` have been seen. */
export interface Position {
  readonly streamId: string
  readonly sequence: bigint
}

/** The opaque form that clients keep: 16 bytes of stream and 8 of sequence number in base64url. */
export function encodeCursor({ streamId, sequence }: Position): string {
  const bytes = Buffer.alloc(24)
  bytes.write(streamId.replaceAll('-', ''), 'hex')
  bytes.writeBigUInt64BE(sequence, 16)
  return bytes.toString('base64url')
}

/** @throws {CursorRefused} CURSOR_MALFORMED for anything that {@link encodeCursor} cannot have made. */
export function decodeCursor(text: string): Position {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length !== 24 || bytes.toString('base64url') !== text) {
    throw new CursorRefused('CURSOR_MALFORMED', 'This is not a cursor of a feed. Pass one as it was given, or none.')
  }
  const hex = bytes.toString('hex', 0, 16)
  const streamId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { streamId, sequence: bytes.readBigUInt64BE(16) }
}

/** The position right after an event. */
export const cursorOf = ({ streamId, sequence }: Position): string => encodeCursor({ streamId, sequence })
