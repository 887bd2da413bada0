import type { Core } from '../../core.ts'
import type { Tx } from '../../database/client.ts'
import type { Prisma } from '../../database/generated/client/client.ts'
import { publicId } from '../../ids.ts'
import { audienceOf } from '../../tokens/audience.ts'
import { endTokens, GIVEN_BACK, giveBack, lockGrantOf } from '../../tokens/ending.ts'
import { findStanding, hashToken, type Standing } from '../../tokens/standing.ts'
import { accountId, clientId, engineGrantId, epoch, fromEpoch, readEngineGrantId } from '../engine/ids.ts'
import { type Adapter, type AdapterPayload, currentRoute, errors } from '../engine/oidc.ts'
import { audienceToRecord } from '../engine/requested-audience.ts'
import { leaveOut } from '../engine/requested-scopes.ts'
import { newRandom, type Rotating, successor } from './derive.ts'
import { endReused } from './families.ts'
import { currentExchange, database } from './token-transaction.ts'

export type TokenModel = 'AccessToken' | 'ClientCredentials' | 'RefreshToken'

/**
 * The engine's storage of tokens. The id that the engine knows is the token itself; the row's key is
 * its hash. What a token is worth is computed whenever it is looked up.
 */
export class Tokens implements Adapter {
  readonly #core: Core
  readonly #model: TokenModel

  constructor(core: Core, model: TokenModel) {
    this.#core = core
    this.#model = model
  }

  async upsert(token: string, payload: AdapterPayload): Promise<void> {
    const { iat, exp, scope, jkt, jti: _, kind, clientId, accountId, grantId, extra, ...context } = payload
    const exchange = currentExchange()
    const familyId = exchange?.familyId ?? readEngineGrantId(grantId ?? '')?.familyId
    if (!exchange || !familyId) throw new Error(`a token of kind ${kind} is issued outside an exchange`)
    const { tx, at } = exchange.change
    const data: Prisma.TokenUncheckedCreateInput = {
      hash: hashToken(token),
      familyId,
      kind: this.#model === 'RefreshToken' ? 'REFRESH' : 'ACCESS',
      scopes: scope?.split(' ') ?? [],
      createdAt: at,
      expiresAt: fromEpoch(exp ?? 0),
      audience: await audienceToRecord(this.#core, tx, familyId),
      keyThumbprint: jkt ?? null,
      context: context as Prisma.InputJsonObject,
    }
    const { count } = await tx.token.createMany({ data, skipDuplicates: true })
    // An answer that is given once more carries tokens that are there already, and brings none to life
    // that were given back meanwhile.
    if (count > 0 && exchange.firstRotatedAt) throw new errors.InvalidGrant('the refresh token was used already')
    if (count > 0) return
    const there = await tx.token.findUnique({ where: { hash: data.hash }, select: { keyThumbprint: true } })
    // The proof of another key makes it another request.
    if (there?.keyThumbprint !== data.keyThumbprint) {
      throw new errors.InvalidGrant('the refresh token was used already, with another key')
    }
  }

  async find(token: string): Promise<AdapterPayload | undefined> {
    return this.#model === 'RefreshToken' && currentRoute() === 'token' ? this.#findToRefresh(token) : this.#find(token)
  }

  async #find(token: string): Promise<AdapterPayload | undefined> {
    const standing = await findStanding(database(this.#core), hashToken(token), this.#core.clock.now())
    if (!standing || !this.#isOurs(standing)) return undefined
    // What sleeps can be given back, too.
    const isGood = currentRoute() === 'revocation' || standing.condition === 'ACTIVE'
    if (isGood && currentRoute() === 'userinfo') this.#core.lastUse.note(standing)
    return isGood ? this.#payloadOf(token, standing, standing.scopes) : undefined
  }

  /**
   * A refresh token that is presented to be exchanged. While its app is suspended it is neither
   * consumed nor counted as reuse, and the client is not told that it is dead.
   */
  async #findToRefresh(token: string): Promise<AdapterPayload | undefined> {
    const exchange = currentExchange()
    if (!exchange) throw new Error('a refresh token is looked for outside an exchange')
    const { tx, at } = exchange.change
    const hash = hashToken(token)
    await lockGrantOf(tx, hash)
    const standing = await findStanding(tx, hash, at, { lock: true })
    if (!standing || !this.#isOurs(standing)) return undefined
    if (standing.suspended)
      throw new errors.UnauthorizedClient('the app is disabled here, or not offered; nothing was used up')
    if (standing.expiresAt > at && standing.scopes.length === 0) {
      throw new errors.InvalidScope('nothing of what was granted is allowed at present', standing.recorded.join(' '))
    }
    const payload = this.#payloadOf(token, standing, standing.recorded)
    leaveOut(standing.recorded)
    if (standing.rotatedAt === null) {
      exchange.rotating = { token, random: newRandom() }
      return payload
    }
    const rotation = await tx.rotation.findUnique({ where: { tokenHash: hash, expiresAt: { gt: at } } })
    const rotating = rotation && { token, random: rotation.random }
    const next = rotating && (await this.#findSuccessor(tx, rotating))
    // A used successor shows that the app got the answer. A successor that is gone was given back.
    if (!rotating || !next || next.rotatedAt !== null) return { ...payload, consumed: epoch(standing.rotatedAt) }
    exchange.rotating = rotating
    // Within the grace further repetitions are refused and nothing more: several tabs of one browser
    // can come at once, and are no theft.
    if (standing.repeatedAt !== null) throw new errors.InvalidGrant('the refresh token was used already')
    exchange.firstRotatedAt = standing.rotatedAt
    return payload
  }

  #findSuccessor(tx: Tx, rotating: Rotating) {
    const hash = hashToken(successor(this.#core.config.secret, rotating))
    return tx.token.findUnique({ where: { hash }, select: { rotatedAt: true } })
  }

  /** @throws {errors.InvalidGrant} for the second request. */
  async consume(token: string): Promise<void> {
    const { change, rotating } = currentExchange() ?? {}
    if (!change || !rotating) throw new Error('a refresh token is consumed outside an exchange')
    const { tx, at } = change
    const hash = hashToken(token)
    const first = await tx.token.updateMany({ where: { hash, rotatedAt: null }, data: { rotatedAt: at } })
    if (first.count === 1) {
      const expiresAt = new Date(at.getTime() + this.#core.config.durations.refreshGrace)
      await tx.rotation.create({ data: { tokenHash: hash, random: rotating.random, expiresAt } })
      return
    }
    const again = await tx.token.updateMany({ where: { hash, repeatedAt: null }, data: { repeatedAt: at } })
    if (again.count === 0) throw new errors.InvalidGrant('the refresh token was used already')
  }

  /** Ends an access token alone, or the family of a refresh token (RFC 7009 section 2.1). */
  async destroy(token: string): Promise<void> {
    if (currentRoute() !== 'revocation') return
    const { prisma, clock } = this.#core
    const hash = hashToken(token)
    await prisma.$transaction(async (tx) => {
      if (this.#model !== 'RefreshToken') return giveBack(tx, hash, clock.now())
      const found = await tx.token.findUnique({ where: { hash }, select: { familyId: true } })
      if (found) await endTokens(tx, { familyId: found.familyId }, GIVEN_BACK, clock.now())
    })
  }

  /** Called where a code or refresh token was used twice, and after `destroy`, which has done it all. */
  async revokeByGrantId(id: string): Promise<void> {
    const exchange = currentExchange()
    const grant = readEngineGrantId(id)
    if (exchange && grant && this.#model === 'AccessToken') await endReused(exchange, grant)
  }

  /** Both are access tokens to us; the engine tells them apart. */
  #isOurs({ kind, user }: Standing): boolean {
    if (kind === 'REFRESH') return this.#model === 'RefreshToken'
    return this.#model === (user ? 'AccessToken' : 'ClientCredentials')
  }

  #payloadOf(token: string, standing: Standing, scopes: readonly string[]): AdapterPayload {
    const { grantId, familyId, app, user, organization, keyThumbprint } = standing
    return {
      ...standing.context,
      jti: token,
      kind: this.#model,
      iat: epoch(standing.createdAt),
      exp: epoch(standing.expiresAt),
      clientId: clientId(app.id),
      scope: scopes.join(' '),
      ...(user && { accountId: accountId(user.id), grantId: engineGrantId(grantId, familyId) }),
      ...(keyThumbprint && { jkt: keyThumbprint }),
      // Elsewhere the engine would take an audience for a reason to refuse its own userinfo.
      ...(currentRoute() === 'introspection' && { aud: audienceOf(this.#core, standing) }),
      extra: { organization_id: publicId('Organization', organization.id) },
    }
  }

  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
}
