import type { Tx } from './client.ts'
import { Prisma } from './generated/client/client.ts'

/**
 * The tables whose rows are locked before something is decided, in the order in which everybody locks
 * them; the users that it is about come before, the streams after them. An organization is locked in a
 * way that lets others go on referring to it.
 */
const order = {
  App: 'UPDATE',
  AppSecret: 'UPDATE',
  AppKey: 'UPDATE',
  Organization: 'NO KEY UPDATE',
  Membership: 'UPDATE',
  Installation: 'UPDATE',
  InstallRequest: 'UPDATE',
  Denial: 'UPDATE',
  Grant: 'UPDATE',
} as const

/**
 * Locks all rows that meet these conditions: one table after the other, and within each in the order of
 * their ids. Whatever ends much at once does this first, also with what will only cascade: a cascade
 * takes its rows in any order.
 */
export async function lockInOrder(tx: Tx, rows: Partial<Record<keyof typeof order, Prisma.Sql>>): Promise<void> {
  for (const [table, strength] of Object.entries(order)) {
    const condition = rows[table as keyof typeof order]
    if (!condition) continue
    await tx.$executeRaw`
      SELECT 1 FROM ${Prisma.raw(`"${table}"`)} WHERE ${condition} ORDER BY "id" FOR ${Prisma.raw(strength)}`
  }
}
