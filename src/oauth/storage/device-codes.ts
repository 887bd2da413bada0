import type { Core } from '../../core.ts'
import type { Tx } from '../../database/client.ts'
import type { App, DeviceCode, Prisma } from '../../database/generated/client/client.ts'
import { intersection } from '../../scopes.ts'
import { findGrantStanding, hashToken } from '../../tokens/standing.ts'
import { clientId, epoch, fromEpoch, readClientId } from '../engine/ids.ts'
import { type Adapter, type AdapterPayload, errors } from '../engine/oidc.ts'
import { readPlace, statusOf } from './approval-state.ts'
import { begin, makeRoomForDeviceCode, networkKey } from './bounds.ts'
import { assertWorksFor, payloadOf } from './codes.ts'
import { hashUserCode } from './derive.ts'
import { currentExchange } from './token-transaction.ts'

/** What a device code's row remembers of how it was asked for, and of who is deciding about it. */
export interface DeviceContext {
  /** The parameters of the device authorization request. */
  readonly params: Readonly<Record<string, string | undefined>>
  /** Where the device asked from. */
  readonly address: string | null
  readonly userAgent: string | null
  /** Who waits for an admin with it, and in which organization. */
  readonly waiting?: { readonly userId: string; readonly organizationId: string }
}

/** How far the clocks of two nodes may differ before a device that waits is told that it does not; in seconds. */
const TOLERANCE = 1

/** What a slow_down adds to the interval, in seconds (RFC 8628 section 3.5). */
const SLOWER = 5

/** The engine's storage of device codes, by their hash. Consent is written by our own pages. */
export class DeviceCodes implements Adapter {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  /** @throws {TooManyAttempts} where the network began too many. */
  async upsert(code: string, payload: AdapterPayload): Promise<void> {
    const { config, clock } = this.#core
    const { exp, clientId, params, userCode, deviceInfo } = payload
    const { address, userAgent } = (deviceInfo ?? {}) as Partial<DeviceContext>
    const context = { params: params ?? {}, address: address ?? null, userAgent: userAgent ?? null }
    const appId = readClientId(clientId) ?? ''
    const network = networkKey(this.#core, address ?? '')
    const data = {
      hash: hashToken(code),
      userCodeHash: hashUserCode(config, userCode ?? ''),
      appId,
      scopes: String(params?.scope ?? '').split(' '),
      createdAt: clock.now(),
      expiresAt: fromEpoch(exp ?? 0),
      interval: config.durations.devicePolling / 1000,
      context: context as unknown as Prisma.InputJsonObject,
      network,
    }
    const makeRoom = (tx: Tx) => makeRoomForDeviceCode(this.#core, tx, appId)
    await begin(this.#core, { network, owner: `app:${appId}`, makeRoom }, (tx) => tx.deviceCode.create({ data }))
  }

  async find(code: string): Promise<AdapterPayload | undefined> {
    const { tx, at } = currentExchange()?.change ?? {}
    if (!tx || !at) return undefined
    const hash = hashToken(code)
    const [grant] = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM "Grant" WHERE "id" = (SELECT f."grantId" FROM "DeviceCode" AS c
        JOIN "Family" AS f ON f."id" = c."familyId" WHERE c."hash" = ${hash}) FOR NO KEY UPDATE`
    await tx.$executeRaw`SELECT 1 FROM "DeviceCode" WHERE "hash" = ${hash} FOR UPDATE`
    const row = await tx.deviceCode.findUnique({
      where: { hash },
      include: { family: { select: { grantId: true } }, app: { select: { status: true, scopes: true } } },
    })
    if (!row) return undefined
    if (row.app.status === 'DISABLED') {
      throw new errors.UnauthorizedClient('the app is disabled; the device code was not used up')
    }
    const { params } = row.context as unknown as DeviceContext
    const common = { jti: code, kind: 'DeviceCode', params, clientId: clientId(row.appId) }
    // A consent that came after the look for its grant is found by the next poll.
    const standing = grant !== undefined && row.family && (await findGrantStanding(tx, row.family.grantId, at))
    if (standing) {
      assertWorksFor(standing, row.scopes)
      const { authTime } = row.context as { authTime?: number }
      return { ...payloadOf(standing, row), ...common, authTime }
    }
    const error = row.error ?? (await this.#denied(row, row.app))
    return {
      ...common,
      iat: epoch(row.createdAt),
      exp: epoch(row.expiresAt),
      ...(error && { error, errorDescription: 'the request was denied' }),
    }
  }

  /**
   * Whether an admin denied what the user of the device waits for, as far as the app may still ask for it.
   * Where the organization is gone, nobody waits any more, and the code can be entered again for another one.
   */
  async #denied(row: DeviceCode, app: Pick<App, 'scopes'>): Promise<'access_denied' | undefined> {
    const { waiting } = row.context as unknown as DeviceContext
    if (!waiting) return undefined
    const { tx, at } = currentExchange()?.change ?? { tx: this.#core.prisma, at: this.#core.clock.now() }
    const place = await readPlace(tx, { ...waiting, appId: row.appId }, at)
    const wanted = intersection(row.scopes, app.scopes)
    return place && wanted.length > 0 && statusOf(place, wanted) === 'denied' ? 'access_denied' : undefined
  }

  /** @throws {errors.InvalidGrant} for the second request. */
  async consume(code: string): Promise<void> {
    const { tx, at } = currentExchange()?.change ?? {}
    const where = { hash: hashToken(code), redeemedAt: null }
    const { count } = tx ? await tx.deviceCode.updateMany({ where, data: { redeemedAt: at } }) : { count: 0 }
    if (count === 0) throw new errors.InvalidGrant('the device code was redeemed already')
  }

  /** The engine tells all models of a family that it ends; that of access tokens does it. */
  async revokeByGrantId(): Promise<void> {}

  async destroy(): Promise<void> {}
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
}

/**
 * Counts a poll of the token endpoint, whatever it is answered.
 *
 * @throws {errors.SlowDown} where the device did not wait as long as it has to; from then on it has to
 * wait longer.
 */
export async function countPoll({ prisma, clock }: Core, code: string): Promise<void> {
  const now = clock.now()
  const rows = await prisma.$queryRaw<{ early: boolean }[]>`
    UPDATE "DeviceCode" AS c SET "polledAt" = ${now}, "interval" = c."interval" + CASE WHEN old.early THEN ${SLOWER} ELSE 0 END
    FROM (SELECT "hash", COALESCE("polledAt" + make_interval(secs => "interval" - ${TOLERANCE}) > ${now}, false) AS early
      FROM "DeviceCode" WHERE "hash" = ${hashToken(code)} FOR UPDATE) AS old
    WHERE c."hash" = old."hash" RETURNING old.early`
  if (rows[0]?.early) throw new errors.SlowDown()
}
