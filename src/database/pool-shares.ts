import type { Reservation } from './reader.ts'

/** One connection for each reservation, and one for everything else. */
export const SMALLEST_POOL = 4
export const DEFAULT_POOL = 10

/** How the connections of a node are shared out. All shares together are `total`, which is {@link SMALLEST_POOL} or more. */
export function shareOut(total: number): Readonly<Record<Reservation | 'ordinary', number>> {
  const check = Math.max(1, Math.floor(total / 5))
  return { check, health: 1, rights: 1, ordinary: total - check - 2 }
}
