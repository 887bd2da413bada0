import { createHash, hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import type { Core } from '../../core.ts'
import type { Tx } from '../../database/client.ts'
import type { Prisma } from '../../database/generated/client/client.ts'
import { epoch, fromEpoch, readAccountId, readClientId } from '../engine/ids.ts'
import {
  type Adapter,
  type AdapterPayload,
  currentContext,
  currentParameters,
  currentRoute,
  type EngineContext,
  errors,
} from '../engine/oidc.ts'
import { begin, type ChargedTo, makeRoomForRecord, moveTo, networkKey, type Owner } from './bounds.ts'
import { database } from './token-transaction.ts'

type Model = 'Interaction' | 'PushedAuthorizationRequest' | 'ReplayDetection'

/** The payload of a row. */
interface Stored {
  readonly sealed: string
  /** Of a pushed request: the hash of the authorization that used it up. */
  readonly usedBy?: string
}

const hash = (id: string): string => createHash('sha256').update(id).digest('base64url')

/**
 * The key that seals a record. It is derived from the id and cannot be derived from the id's hash. So only the
 * holder of the id can read the data of apps and people in it, user codes and ID tokens included.
 */
const sealingKey = (id: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', id, '', 'gatehouse engine records', 32))

/**
 * The engine's storage of what it keeps between two requests. The id is known to its holder alone: the
 * row's key is its hash, and the payload is sealed with it.
 */
export class Records implements Adapter {
  readonly #core: Core
  readonly #model: Model
  readonly #addressOf: (ctx: EngineContext) => string

  /** @param addressOf where a request to the engine comes from. */
  constructor(core: Core, model: Model, addressOf: (ctx: EngineContext) => string) {
    this.#core = core
    this.#model = model
    this.#addressOf = addressOf
  }

  /** @throws {TooManyAttempts} for a stranger whose network began too many. */
  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    const sealed = await new CompactEncrypt(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(sealingKey(id))
    const stored: Stored & Prisma.InputJsonObject = { sealed }
    const key = { model: this.#model, hash: hash(id) }
    const expiresAt = this.#expiryOf(payload)
    const { engineRecord } = database(this.#core)
    // A record that must be unique is inserted and never replaced: of two at the same moment one is refused.
    if (this.#model === 'ReplayDetection') {
      const { count } = await engineRecord.createMany({
        data: { ...key, payload: stored, expiresAt },
        skipDuplicates: true,
      })
      if (count === 0) throw usedBefore()
      return
    }
    const { count } = await engineRecord.updateMany({ where: key, data: { payload: stored, expiresAt } })
    if (count > 0) return
    const place = this.#placeOf()
    const { network, owner } = place
    const createdAt = this.#core.clock.now()
    const data = { ...key, payload: stored, createdAt, expiresAt, network: network ?? null, owner: owner ?? null }
    await begin(this.#core, place, (tx) => tx.engineRecord.create({ data }))
  }

  /** The user or app that the engine's new record counts against, where a proof says who that is. */
  #placeOf(): ChargedTo {
    const ctx = currentContext()
    const { client, session } = ctx?.oidc ?? {}
    const isPushed = this.#model === 'PushedAuthorizationRequest'
    const userId = isPushed ? undefined : readAccountId(session?.accountId ?? '')
    const appId = isPushed && readClientId(client?.clientId)
    const owner: Owner | undefined = appId ? `app:${appId}` : userId ? `user:${userId}` : undefined
    const isKnown = isPushed ? client?.clientAuthMethod !== 'none' : userId !== undefined
    return {
      network: ctx && !isKnown ? networkKey(this.#core, this.#addressOf(ctx)) : undefined,
      owner,
      makeRoom: async (tx) => owner && makeRoomForRecord(this.#core, tx, owner),
    }
  }

  /**
   * Until when a record is kept.
   *
   * Anybody can begin any number of authorizations to which nobody ever signs in. So an authorization is kept
   * for a shorter time until somebody signs in to it (see `greet`). Its cookies live as long as any.
   *
   * A pushed request, which the engine refuses by itself where it has expired, is kept for as long as what was
   * begun with it in time: of several of those, the first is to end it for all.
   */
  #expiryOf({ exp = 0, iat = 0, prompt, lastSubmission }: AdapterPayload): Date {
    const { unsignedAuthorization, parkedAuthorization } = this.#core.config.durations
    if (this.#model === 'PushedAuthorizationRequest') return fromEpoch(exp + parkedAuthorization / 1000)
    const isUnsigned = this.#model === 'Interaction' && prompt?.name === 'login' && !lastSubmission
    return fromEpoch(isUnsigned ? Math.min(exp, iat + unsignedAuthorization / 1000) : exp)
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const row = await database(this.#core).engineRecord.findUnique({
      where: { model_hash: { model: this.#model, hash: hash(id) } },
    })
    if (!row || row.expiresAt <= this.#core.clock.now()) return undefined
    const { sealed, usedBy } = row.payload as unknown as Stored
    const payload = await open(id, sealed)
    // It was answered, and is over, except that the browser of its user may come back for the answer.
    if (this.#model === 'Interaction') return row.usedAt && !this.#isOnItsWay(row.usedAt) ? undefined : payload
    const usedAt = usedBy && usedBy === answering() ? null : row.usedAt
    return { ...payload, ...(usedAt && { consumed: epoch(usedAt) }) }
  }

  /** Whether the engine is about to give an answer that it gave at that time, and that can still be on its way. */
  #isOnItsWay(usedAt: Date): boolean {
    return currentRoute() === 'resume' && isRecentAnswer(this.#core, usedAt)
  }

  /** A pushed request is used up by one authorization, however often the browser fetches the answer to that. */
  async consume(id: string): Promise<void> {
    const { engineRecord } = database(this.#core)
    const key = { model: this.#model, hash: hash(id) }
    const row = await engineRecord.findUnique({ where: { model_hash: key } })
    const { sealed } = (row?.payload ?? {}) as unknown as Stored
    const usedBy = answering()
    const { count } = await engineRecord.updateMany({
      where: { ...key, usedAt: null },
      data: { usedAt: this.#core.clock.now(), payload: { sealed, ...(usedBy && { usedBy }) } },
    })
    if (count > 0) return
    const used = await engineRecord.findUnique({ where: { model_hash: key } })
    if (usedBy && usedBy === (used?.payload as unknown as Stored | undefined)?.usedBy) return
    throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used')
  }

  async destroy(id: string): Promise<void> {
    const { config, clock } = this.#core
    const { engineRecord } = database(this.#core)
    const where = { model: this.#model, hash: hash(id) }
    if (this.#model !== 'Interaction') return void (await engineRecord.deleteMany({ where }))
    // The engine destroys an authorization when it is answered: for a while its page can say so.
    const usedAt = clock.now()
    const expiresAt = new Date(usedAt.getTime() + config.durations.answeredAuthorization)
    await engineRecord.updateMany({ where: { ...where, usedAt: null }, data: { usedAt, expiresAt } })
  }

  findByUid = none
  findByUserCode = none
  revokeByGrantId = none
}

/**
 * When something that may be used once was first used: now, where this is its first use.
 *
 * @param expiresAt until when that has to be known.
 */
export async function firstUseOf(core: Core, id: string, expiresAt: Date): Promise<Date> {
  const key = { model: 'ReplayDetection' satisfies Model, hash: hash(id) }
  const usedAt = core.clock.now()
  const { engineRecord } = database(core)
  await engineRecord.createMany({ data: { ...key, payload: {}, usedAt, expiresAt }, skipDuplicates: true })
  const record = await engineRecord.findUnique({ where: { model_hash: key }, select: { usedAt: true } })
  return record?.usedAt ?? usedAt
}

/**
 * Notes how the user decided about an authorization. Of several decisions at once the first one holds.
 *
 * @returns whether it is decided so, now or before.
 */
export async function decide(
  { clock, config }: Core,
  tx: Tx,
  uid: string,
  decision: 'grant' | 'refuse',
): Promise<boolean> {
  const key = { model: 'ReplayDetection' satisfies Model, hash: hash(`decision ${uid}`) }
  const usedAt = clock.now()
  const expiresAt = new Date(usedAt.getTime() + config.durations.parkedAuthorization)
  const data = { ...key, payload: { decision }, usedAt, expiresAt }
  await tx.engineRecord.createMany({ data, skipDuplicates: true })
  const record = await tx.engineRecord.findUnique({ where: { model_hash: key }, select: { payload: true } })
  return (record?.payload as { decision?: string } | undefined)?.decision === decision
}

/**
 * Notes who is there for an authorization. What a stranger's network began is theirs from then on: the network
 * gets its place back, also that of the pushed request.
 *
 * @param hasDecided whether they pressed a button of its page.
 */
export async function noteOwner(
  core: Core,
  { uid, parJti }: { readonly uid: string; readonly parJti?: string },
  userId: string,
  hasDecided: boolean,
): Promise<void> {
  const { engineRecord } = core.prisma
  const key = { model: 'Interaction' satisfies Model, hash: hash(uid) }
  const owner: Owner = `${hasDecided ? 'decided' : 'user'}:${userId}`
  const row = await engineRecord.findUnique({ where: { model_hash: key }, select: { owner: true } })
  if (!row || row.owner === owner || (row.owner && !hasDecided)) return
  await moveTo(core, key, owner)
  if (!parJti) return
  const pushed = { model: 'PushedAuthorizationRequest' satisfies Model, hash: hash(parJti) }
  await engineRecord.updateMany({ where: pushed, data: { network: null } })
}

async function open(id: string, sealed: string): Promise<AdapterPayload> {
  const { plaintext } = await compactDecrypt(sealed, sealingKey(id))
  return JSON.parse(Buffer.from(plaintext).toString())
}

/** When an authorization request came in; undefined where it is not kept any more. */
export async function beginningOf({ prisma }: Core, uid: string): Promise<Date | undefined> {
  const where = { model_hash: { model: 'Interaction' satisfies Model, hash: hash(uid) } }
  return (await prisma.engineRecord.findUnique({ where, select: { createdAt: true } }))?.createdAt
}

/** An authorization that was answered, for as long as that is remembered. */
export async function findAnswered(
  { prisma, clock }: Core,
  uid: string,
): Promise<{ readonly payload: AdapterPayload; readonly at: Date } | undefined> {
  const row = await prisma.engineRecord.findUnique({ where: { model_hash: { model: 'Interaction', hash: hash(uid) } } })
  if (!row?.usedAt || row.expiresAt <= clock.now()) return undefined
  return { payload: await open(uid, (row.payload as unknown as Stored).sealed), at: row.usedAt }
}

/** Whether an answer that was given at that time can still be on its way: a code is good for no longer. */
export const isRecentAnswer = ({ config, clock }: Core, at: Date): boolean =>
  clock.now().getTime() - at.getTime() < config.durations.authorizationCode

/** The hash of the authorization that the engine is answering after it was parked. */
function answering(): string | undefined {
  const uid = currentContext()?.oidc?.entities.Interaction?.uid
  return uid === undefined ? undefined : hash(uid)
}

/** The engine never asks this of these models. */
async function none(): Promise<undefined> {
  return undefined
}

function usedBefore(): Error {
  if (currentParameters().client_assertion)
    return new errors.InvalidClientAuth('client assertion tokens must only be used once')
  return new errors.InvalidGrant('this was used before, and may be used only once')
}
