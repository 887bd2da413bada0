import type { Core } from '../../core.ts'
import type { Prisma } from '../../database/generated/client/client.ts'
import { findGrantStanding, type GrantStanding, hashToken } from '../../tokens/standing.ts'
import { accountId, clientId, engineGrantId, epoch, fromEpoch, readEngineGrantId } from '../engine/ids.ts'
import { type Adapter, type AdapterPayload, currentRoute, errors } from '../engine/oidc.ts'
import { beginFamily } from './families.ts'
import { currentExchange, database } from './token-transaction.ts'

/** What the engine is to be told again of a code that no column says. */
const remembered = [
  'redirectUri',
  'codeChallenge',
  'codeChallengeMethod',
  'dpopJkt',
  'nonce',
  'claims',
  'resource',
  'rar',
  'acr',
  'amr',
  'authTime',
  'sessionUid',
  'sid',
  'expiresWithSession',
] as const satisfies (keyof AdapterPayload)[]

const contextOf = (payload: AdapterPayload): Prisma.InputJsonObject =>
  Object.fromEntries(remembered.map((name) => [name, payload[name]])) as Prisma.InputJsonObject

/** The engine's storage of authorization codes, by their hash. A code begins its family. */
export class AuthorizationCodes implements Adapter {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  async upsert(code: string, payload: AdapterPayload): Promise<void> {
    const { exp, scope, grantId } = payload
    const grant = readEngineGrantId(grantId ?? '')
    if (!grant) throw new errors.AccessDenied('nothing was granted')
    const at = this.#core.clock.now()
    await this.#core.prisma.$transaction(async (tx) => {
      await beginFamily(this.#core, tx, grant, at)
      await tx.authorizationCode.create({
        data: {
          hash: hashToken(code),
          familyId: grant.familyId,
          scopes: scope?.split(' ') ?? [],
          createdAt: at,
          expiresAt: fromEpoch(exp ?? 0),
          context: contextOf(payload),
        },
      })
    })
  }

  async find(code: string): Promise<AdapterPayload | undefined> {
    const { tx, at } = currentExchange()?.change ?? {}
    if (!tx || !at) return undefined
    const hash = hashToken(code)
    // The grant before the code, as whatever ends them takes them.
    await tx.$executeRaw`
      SELECT 1 FROM "Grant" WHERE "id" = (SELECT f."grantId" FROM "AuthorizationCode" AS c
        JOIN "Family" AS f ON f."id" = c."familyId" WHERE c."hash" = ${hash}) FOR NO KEY UPDATE`
    await tx.$executeRaw`SELECT 1 FROM "AuthorizationCode" WHERE "hash" = ${hash} FOR UPDATE`
    const row = await tx.authorizationCode.findUnique({
      where: { hash },
      include: { family: { select: { grantId: true } } },
    })
    const standing = row && (await findGrantStanding(tx, row.family.grantId, at))
    if (!row || !standing) return undefined
    assertWorksFor(standing, row.scopes)
    return {
      ...(row.context as object),
      ...payloadOf(standing, row),
      jti: code,
      kind: 'AuthorizationCode',
    }
  }

  /** @throws {errors.InvalidGrant} for the second request. */
  async consume(code: string): Promise<void> {
    const { tx, at } = currentExchange()?.change ?? {}
    const where = { hash: hashToken(code), redeemedAt: null }
    const { count } = tx ? await tx.authorizationCode.updateMany({ where, data: { redeemedAt: at } }) : { count: 0 }
    if (count === 0) throw new errors.InvalidGrant('the authorization code was redeemed already')
  }

  /** The engine tells all models of a family that it ends; that of access tokens does it. */
  async revokeByGrantId(): Promise<void> {}

  async destroy(): Promise<void> {}
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
}

/**
 * Lets pass only what would be worth something now. What is refused here is not used up.
 *
 * @throws {errors.UnauthorizedClient | errors.InvalidScope}
 */
export function assertWorksFor(standing: GrantStanding, scopes: readonly string[]): void {
  if (standing.suspended)
    throw new errors.UnauthorizedClient('the app is disabled here, or not offered; nothing was used up')
  if (standing.worth(scopes).length === 0) {
    throw new errors.InvalidScope('nothing of what was granted is allowed at present', scopes.join(' '))
  }
}

/** What codes of both kinds tell the engine. */
export function payloadOf(
  { grantId, app, user }: GrantStanding,
  row: { familyId: string | null; scopes: string[]; createdAt: Date; expiresAt: Date; redeemedAt: Date | null },
): AdapterPayload {
  return {
    iat: epoch(row.createdAt),
    // One that was redeemed is not expired, but used again, and ends its family for as long as it is known.
    ...(!row.redeemedAt && { exp: epoch(row.expiresAt) }),
    scope: row.scopes.join(' '),
    clientId: clientId(app.id),
    accountId: user ? accountId(user.id) : undefined,
    grantId: engineGrantId(grantId, row.familyId ?? ''),
    ...(row.redeemedAt && { consumed: epoch(row.redeemedAt) }),
  }
}

/** The engine's view of our grants: those that it may issue by. */
export class Grants implements Adapter {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  /** With the scopes as they were granted; what they are worth is for each token to say. */
  async find(id: string): Promise<AdapterPayload | undefined> {
    const ids = readEngineGrantId(id)
    const at = this.#core.clock.now()
    const standing = ids && (await findGrantStanding(database(this.#core), ids.grantId, at))
    if (!standing?.user) return undefined
    const now = epoch(at)
    return {
      jti: id,
      kind: 'Grant',
      iat: now,
      exp: now + 60,
      clientId: clientId(standing.app.id),
      accountId: accountId(standing.user.id),
      openid: { scope: (currentRoute() === 'token' ? standing.granted : standing.worth(standing.granted)).join(' ') },
    }
  }

  // Grants are made by consent and ended by people, never by the engine.
  async upsert(): Promise<void> {}
  async destroy(): Promise<void> {}
  async consume(): Promise<void> {}
  async revokeByGrantId(): Promise<void> {}
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
}
