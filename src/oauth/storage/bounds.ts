import { createHmac } from 'node:crypto'
import { networkOf } from '../../access/attempts.ts'
import type { Core } from '../../core.ts'
import type { Tx } from '../../database/client.ts'
import { TooManyAttempts } from '../../errors.ts'
import { derivedKey } from '../../keys/derived-key.ts'

/**
 * The owner whose place a record takes. A user has two kinds: `user` for authorizations that their browser was
 * sent to, which any site can bring about, and `decided` for authorizations in which they pressed a button. A
 * site cannot press buttons, so no site costs the user a decided one.
 */
export type Owner = `${'user' | 'decided' | 'app'}:${string}`

/** The network of a stranger's request, as it is stored: addresses can be guessed, so the hash has a key. */
export const networkKey = ({ config }: Core, address: string): string =>
  createHmac('sha256', derivedKey(config, 'gatehouse networks')).update(networkOf(address)).digest('base64url')

/** Makes transactions that count the same records run one after the other. */
const lock = (tx: Tx, key: string) => tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`

/** The owner and network that a new record counts against, and how older records make room for it. */
export interface ChargedTo {
  /** Of a stranger, see {@link networkKey}. */
  readonly network: string | undefined
  readonly owner: Owner | undefined
  readonly makeRoom: (tx: Tx) => Promise<unknown>
}

/**
 * Stores what a request begins. On all nodes together a network has at most `limits.authorizationsPerAddress`
 * records from the last `durations.authorizationWindow` for which nobody has signed in.
 *
 * @throws {TooManyAttempts} where the network has as many.
 */
export async function begin(
  core: Core,
  { network, owner, makeRoom }: ChargedTo,
  store: (tx: Tx) => Promise<unknown>,
): Promise<void> {
  await core.prisma.$transaction(async (tx) => {
    if (network) {
      await lock(tx, network)
      await refuseTooMany(core, tx, network)
    }
    if (owner) {
      await lock(tx, owner)
      await makeRoom(tx)
    }
    await store(tx)
  })
}

async function refuseTooMany({ config, clock }: Core, tx: Tx, network: string): Promise<void> {
  const now = clock.now()
  const { authorizationsPerAddress: most } = config.limits
  const { authorizationWindow: window } = config.durations
  const since = new Date(now.getTime() - window)
  const [oldest] = await tx.$queryRaw<{ createdAt: Date }[]>`
    SELECT "createdAt" FROM (
      SELECT "createdAt" FROM "EngineRecord"
        WHERE "network" = ${network} AND "createdAt" > ${since} AND "expiresAt" > ${now}
      UNION ALL SELECT "createdAt" FROM "DeviceCode"
        WHERE "network" = ${network} AND "createdAt" > ${since} AND "expiresAt" > ${now}) AS begun
    ORDER BY "createdAt" DESC OFFSET ${most - 1} LIMIT 1`
  if (!oldest) return
  throw new TooManyAttempts(Math.max(1, Math.ceil((oldest.createdAt.getTime() - since.getTime()) / 1000)))
}

/** How many records an owner may have. */
function mostOf({ config }: Core, owner: Owner): number {
  const { pushedRequestsPerApp, authorizationsPerUser } = config.limits
  return owner.startsWith('app:') ? pushedRequestsPerApp : authorizationsPerUser
}

/** Deletes the oldest records of an owner, so that there is room for one more. */
export const makeRoomForRecord = (core: Core, tx: Tx, owner: Owner) => tx.$executeRaw`
  DELETE FROM "EngineRecord" WHERE ("model", "hash") IN (
    SELECT "model", "hash" FROM "EngineRecord" WHERE "owner" = ${owner}
    ORDER BY "createdAt" DESC, "hash" OFFSET ${mostOf(core, owner) - 1})`

/** The same for device codes of an app that nobody has said is theirs. */
export const makeRoomForDeviceCode = ({ config }: Core, tx: Tx, appId: string) => tx.$executeRaw`
  DELETE FROM "DeviceCode" WHERE "hash" IN (
    SELECT "hash" FROM "DeviceCode" WHERE "appId" = ${appId}::uuid AND "network" IS NOT NULL
    ORDER BY "createdAt" DESC, "hash" OFFSET ${config.limits.deviceCodesPerApp - 1})`

/** Moves a record from a stranger's network, or from another owner, to this one. */
export async function moveTo(core: Core, key: { model: string; hash: string }, owner: Owner): Promise<void> {
  await core.prisma.$transaction(async (tx) => {
    await lock(tx, owner)
    await makeRoomForRecord(core, tx, owner)
    await tx.engineRecord.updateMany({ where: key, data: { network: null, owner } })
  })
}

/** Deletes the oldest records of strangers, of all networks together, above `limits.strangersRecords`. */
export async function sweepStrangers({ prisma, config }: Pick<Core, 'prisma' | 'config'>): Promise<void> {
  await prisma.$executeRaw`
    DELETE FROM "EngineRecord" WHERE ("model", "hash") IN (
      SELECT "model", "hash" FROM "EngineRecord" WHERE "network" IS NOT NULL
      ORDER BY "createdAt" DESC, "hash" OFFSET ${config.limits.strangersRecords})`
}
