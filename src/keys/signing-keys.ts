import {
  CompactEncrypt,
  type CryptoKey,
  calculateJwkThumbprint,
  compactDecrypt,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import type { Prisma, PrismaClient, SigningKey } from '../database/generated/client/client.ts'
import { derivedKey } from './derived-key.ts'

/** The keys that sign Gatehouse's own JWTs: one signs, the retired ones still verify. */
export interface SigningKeys {
  readonly current: {
    readonly kid: string
    readonly algorithm: string
    readonly privateKey: CryptoKey
    /** The same as a JWK, for an engine that takes nothing else. */
    readonly privateJwk: JWK
  }
  /** What the world may see (RFC 7517 section 5). */
  readonly publicJwks: JSONWebKeySet
  readonly algorithms: string[]
  /** Finds the public key that a JWT's header names, for `jwtVerify`. */
  readonly find: JWTVerifyGetKey
  /** The same for an ID token that names a user as a hint: keys that were retired longer than `durations.hintKey` ago are gone. */
  readonly findForHint: JWTVerifyGetKey
}

const ALGORITHM = 'RS256'
const MODULUS_BITS = 2048
/** Held by the node that makes the first key, so that nodes that start together agree on one key. */
const FIRST_KEY_LOCK = 72_707_370

/** What signing keys are kept in and sealed with. */
interface KeyStore {
  readonly config: Config
  readonly prisma: PrismaClient
  readonly clock: { now(): Date }
}

/**
 * Reads the signing keys, making the first one where there is none.
 *
 * @throws {ConfigError} where GATEHOUSE_SECRET is not the one that they were sealed with.
 */
export async function loadSigningKeys({ config, prisma, clock }: KeyStore): Promise<SigningKeys> {
  let rows = await readKeys(prisma)
  if (!rows.some((row) => row.retiredAt === null)) {
    const fresh = await makeKey(config, clock.now())
    rows = await prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_KEY_LOCK}::bigint)`
      const present = await readKeys(tx)
      if (present.some((row) => row.retiredAt === null)) return present
      return [await tx.signingKey.create({ data: fresh }), ...present]
    })
  }
  const current = rows.find((row) => row.retiredAt === null) as SigningKey
  const privateJwk = { ...(await unseal(config, current)), kid: current.kid, alg: current.algorithm, use: 'sig' }
  const keys = rows.map((row) => ({ ...(row.publicJwk as JWK), kid: row.kid, alg: row.algorithm, use: 'sig' }))
  const publicJwks = { keys }
  return {
    current: {
      kid: current.kid,
      algorithm: current.algorithm,
      privateKey: (await importJWK(privateJwk, current.algorithm)) as CryptoKey,
      privateJwk,
    },
    publicJwks,
    algorithms: [...new Set(rows.map((row) => row.algorithm))],
    find: createLocalJWKSet(publicJwks),
    findForHint: async (header, token) => {
      const oldest = clock.now().getTime() - config.durations.hintKey
      const row = rows.find(({ kid }) => kid === header?.kid)
      const isKept = row && (row.retiredAt === null || row.retiredAt.getTime() > oldest)
      return createLocalJWKSet({ keys: isKept ? keys.filter(({ kid }) => kid === row.kid) : [] })(header, token)
    },
  }
}

const readKeys = (tx: Prisma.TransactionClient): Promise<SigningKey[]> =>
  tx.signingKey.findMany({ orderBy: [{ createdAt: 'desc' }, { kid: 'asc' }] })

async function makeKey(config: Config, createdAt: Date): Promise<Prisma.SigningKeyCreateInput> {
  const pair = await generateKeyPair(ALGORITHM, { modulusLength: MODULUS_BITS, extractable: true })
  const publicJwk = await exportJWK(pair.publicKey)
  const privateJwk = new TextEncoder().encode(JSON.stringify(await exportJWK(pair.privateKey)))
  return {
    kid: await calculateJwkThumbprint(publicJwk),
    algorithm: ALGORITHM,
    publicJwk: publicJwk as Prisma.InputJsonObject,
    sealedJwk: await new CompactEncrypt(privateJwk)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(sealingKey(config)),
    createdAt,
  }
}

async function unseal(config: Config, row: SigningKey): Promise<JWK> {
  try {
    const { plaintext } = await compactDecrypt(row.sealedJwk, sealingKey(config), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return JSON.parse(new TextDecoder().decode(plaintext))
  } catch (cause) {
    throw new ConfigError('GATEHOUSE_SECRET is not the one that the signing keys in this database were sealed with', {
      cause,
    })
  }
}

const sealingKey = (config: Config): Uint8Array => derivedKey(config, 'gatehouse signing keys')
