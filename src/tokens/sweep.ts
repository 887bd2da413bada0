import type { Core } from '../core.ts'
import { Prisma } from '../database/generated/client/client.ts'

/** Rows that one statement deletes: few enough that nobody waits for it. */
const BATCH = 5_000

/** The tables of what ends by itself, with their keys. */
const expiring = {
  Token: ['hash'],
  Tombstone: ['hash'],
  AuthorizationCode: ['hash'],
  DeviceCode: ['hash'],
  EngineRecord: ['model', 'hash'],
} as const

/**
 * Deletes what has expired of tokens, of what remains of tokens, of codes and of the engine's records;
 * then families from which nothing descends any more. What somebody else holds at that moment, who
 * may be about to delete it too, is left for the next time.
 */
export async function sweepTokens({ prisma, clock, config }: Pick<Core, 'prisma' | 'clock' | 'config'>): Promise<void> {
  const now = clock.now()
  for (const [table, key] of Object.entries(expiring)) {
    await inBatches(prisma, table, key, Prisma.sql`row."expiresAt" <= ${now}`)
  }
  await sweepRotations({ prisma, clock })
  // A family is there before its first token. One that is younger than a token can get may be waiting for that.
  const { refreshToken, accessToken, serviceAccessTokenLongest, deviceCode } = config.durations
  const longest = Math.max(refreshToken, accessToken, serviceAccessTokenLongest, deviceCode)
  const none = (table: string) =>
    Prisma.sql`NOT EXISTS (SELECT FROM ${Prisma.raw(`"${table}"`)} AS child WHERE child."familyId" = row."id")`
  await inBatches(
    prisma,
    'Family',
    ['id'],
    Prisma.sql`row."createdAt" <= ${new Date(now.getTime() - longest)}
      AND ${none('Token')} AND ${none('AuthorizationCode')} AND ${none('DeviceCode')}`,
  )
}

/**
 * Deletes the random values by which a refresh could be answered once more, where it is too late for that.
 * A value that stays lets its refresh token and the secret yield every token after it.
 */
export const sweepRotations = ({ prisma, clock }: Pick<Core, 'prisma' | 'clock'>): Promise<void> =>
  inBatches(prisma, 'Rotation', ['tokenHash'], Prisma.sql`row."expiresAt" <= ${clock.now()}`)

async function inBatches(
  prisma: Core['prisma'],
  table: string,
  key: readonly string[],
  condition: Prisma.Sql,
): Promise<void> {
  const name = Prisma.raw(`"${table}"`)
  const columns = Prisma.raw(key.map((column) => `"${column}"`).join(', '))
  for (let deleted = BATCH; deleted === BATCH; ) {
    deleted = await prisma.$executeRaw`
      DELETE FROM ${name} WHERE (${columns}) IN (
        SELECT ${columns} FROM ${name} AS row WHERE ${condition} LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`
  }
}
