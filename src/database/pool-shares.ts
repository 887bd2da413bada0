import type { Reservation } from './statements.ts'

/** How the connections of a node are shared out. All shares together are `total`, which is `SMALLEST_POOL` or more. */
export function shareOut(total: number): Readonly<Record<Reservation | 'ordinary', number>> {
  const check = Math.max(1, Math.floor(total / 5))
  return { check, health: 1, rights: 1, ordinary: total - check - 2 }
}
