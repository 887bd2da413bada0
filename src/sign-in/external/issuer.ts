import { KeyObject } from 'node:crypto'
import {
  type CryptoKey,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
  type RemoteJWKSet,
} from 'jose'
import * as client from 'openid-client'
import { type IssuerConfig, isLoopback } from '../../config/config.ts'
import type { Core } from '../../core.ts'
import { IssuerUnavailable } from '../../errors.ts'
import { faultOf } from '../../keys/key-strength.ts'
import { fetchSmall } from './fetch-small.ts'

/** With any of these only the issuer can sign (RFC 7518 section 3.1, RFC 8037, RFC 9864). */
const algorithms = ['RS', 'PS', 'ES'].flatMap((family) => [256, 384, 512].map((bits) => `${family}${bits}`))
algorithms.push('EdDSA', 'Ed25519')

/** What says that the token is wrong, rather than the issuer's keys. */
const tokenErrors = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported]

interface Read<T> {
  readonly value: T
  /** When, in milliseconds. */
  readonly at: number
}

/**
 * An external OIDC issuer, with what is known of it: what it says of itself (OpenID Connect Discovery
 * 1.0) and its keys. Both are asked for when they are first wanted and kept for
 * `durations.issuerRefresh`. After a failure the issuer is left alone for `durations.issuerCooldown`,
 * so that it is not hammered and nobody waits for it again and again.
 */
export class Issuer {
  readonly config: IssuerConfig
  readonly #core: Pick<Core, 'config' | 'clock' | 'log'>
  /** Of each key that a token named: what is wrong with its strength. */
  readonly #faults = new WeakMap<CryptoKey, ReturnType<typeof faultOf>>()
  #metadata: Read<client.ServerMetadata> | undefined
  #keys: Read<RemoteJWKSet> | undefined
  #failedAt = Number.NEGATIVE_INFINITY

  constructor(core: Pick<Core, 'config' | 'clock' | 'log'>, config: IssuerConfig) {
    this.#core = core
    this.config = config
  }

  /** Whether this is the issuer that calls itself so. */
  is(identifier: unknown): boolean {
    return typeof identifier === 'string' && URL.parse(identifier)?.href === this.config.url.href
  }

  /**
   * What the issuer says of itself. What it said before is good enough where it does not answer.
   *
   * @throws {IssuerUnavailable}
   */
  async metadata(): Promise<client.ServerMetadata> {
    const known = this.#metadata
    if (known && this.#isFresh(known)) return known.value
    try {
      return await this.#readMetadata()
    } catch (error) {
      if (known) return known.value
      throw error
    }
  }

  /**
   * The claims of a JWT that the issuer signed for this audience, and that is neither expired nor from
   * the future.
   *
   * @throws {errors.JOSEError} for any other.
   * @throws {IssuerUnavailable}
   */
  async verify(jwt: string, options: JWTVerifyOptions & { readonly audience: string }): Promise<JWTPayload> {
    const { issuer } = await this.metadata()
    const { clock, config } = this.#core
    try {
      const { payload } = await jwtVerify(jwt, this.#findKey, {
        ...options,
        issuer,
        algorithms,
        currentDate: clock.now(),
        clockTolerance: config.durations.issuerClockTolerance / 1000,
      })
      return payload
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof IssuerUnavailable) throw error
      // jose says so of keys that are too short.
      throw this.#failed(error)
    }
  }

  /** For the calls of one sign-in. @throws {IssuerUnavailable} */
  async client(): Promise<client.Configuration> {
    const metadata = await this.metadata()
    const { clock, config } = this.#core
    const { clientId, clientSecret } = this.config
    const configuration = new client.Configuration(
      metadata,
      clientId,
      {
        [client.clockSkew]: Math.round((clock.now().getTime() - Date.now()) / 1000),
        [client.clockTolerance]: config.durations.issuerClockTolerance / 1000,
      },
      clientSecret === undefined ? client.None() : authentication(metadata)(clientSecret),
    )
    configuration.timeout = config.durations.issuerTimeout / 1000
    configuration[client.customFetch] = (url, options) =>
      fetchSmall(url, options).catch((error) => {
        throw this.#unavailable(error)
      })
    if (isLoopback(this.config.url.hostname)) client.allowInsecureRequests(configuration)
    return configuration
  }

  #findKey: JWTVerifyGetKey = async (header, token) => {
    const find = async (keys: RemoteJWKSet) => {
      try {
        return await this.#strong(await keys(header, token))
      } catch (error) {
        if (tokenErrors.some((type) => error instanceof type)) throw error
        throw this.#failed(error)
      }
    }
    const known = this.#keys
    try {
      return await find(known && this.#isFresh(known) ? known.value : await this.#readKeys())
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.#isCooling(this.#keys?.at)) throw error
      return find(await this.#readKeys())
    }
  }

  /** @throws {errors.JWKSNoMatchingKey} for a key that others could sign with: it is as good as none. */
  async #strong(key: CryptoKey): Promise<CryptoKey> {
    const asked = this.#faults.get(key) ?? faultOf(KeyObject.from(key))
    this.#faults.set(key, asked)
    const fault = await asked
    if (!fault) return key
    this.#core.log.warn({ issuer: this.config.url.href, reason: fault.message }, 'a key of an issuer is not accepted')
    throw new errors.JWKSNoMatchingKey()
  }

  #readMetadata = coalesced(async () => {
    const { url, clientId } = this.config
    const insecure = isLoopback(url.hostname)
    const value = await this.#ask(async () => {
      const configuration = await client.discovery(url, clientId, undefined, undefined, {
        timeout: this.#core.config.durations.issuerTimeout / 1000,
        [client.customFetch]: fetchSmall,
        execute: insecure ? [client.allowInsecureRequests] : [],
      })
      const metadata = configuration.serverMetadata()
      if (!this.is(metadata.issuer)) throw new Error('it calls itself otherwise than the configuration does')
      const { protocol } = new URL(String(metadata.jwks_uri))
      if (protocol !== 'https:' && !insecure) throw new Error('its jwks_uri is not https')
      return metadata
    })
    this.#metadata = { value, at: this.#now }
    return value
  })

  #readKeys = coalesced(async () => {
    const { jwks_uri } = await this.metadata()
    // A set that `jose` never reads anew by itself: when to is decided here, by our clock.
    const value = createRemoteJWKSet(new URL(String(jwks_uri)), {
      timeoutDuration: this.#core.config.durations.issuerTimeout,
      cooldownDuration: Number.POSITIVE_INFINITY,
      cacheMaxAge: Number.POSITIVE_INFINITY,
      [customFetch]: fetchSmall,
    })
    await this.#ask(() => value.reload())
    this.#keys = { value, at: this.#now }
    return value
  })

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isCooling(this.#failedAt)) throw this.#unavailable()
    try {
      return await work()
    } catch (error) {
      this.#failedAt = this.#now
      throw this.#failed(error)
    }
  }

  #failed(error: unknown): IssuerUnavailable {
    const { code, message, cause } = error as Error & { readonly code?: string }
    const reason = cause instanceof Error ? cause.message : undefined
    this.#core.log.warn(
      { issuer: this.config.url.href, code, message, reason },
      'an issuer does not answer as it should',
    )
    return this.#unavailable(error)
  }

  get #now(): number {
    return this.#core.clock.now().getTime()
  }

  #isFresh({ at }: Read<unknown>): boolean {
    return this.#now - at < this.#core.config.durations.issuerRefresh
  }

  #isCooling(since = Number.NEGATIVE_INFINITY): boolean {
    return this.#now - since < this.#core.config.durations.issuerCooldown
  }

  #unavailable(cause?: unknown): IssuerUnavailable {
    const seconds = Math.ceil(this.#core.config.durations.issuerCooldown / 1000)
    return new IssuerUnavailable(this.config.name, seconds, { cause })
  }
}

const known = new WeakMap<Core, readonly Issuer[]>()

/** The external issuers of the configuration: one set for each server, because an issuer keeps what it said. */
export function issuersOf(core: Core): readonly Issuer[] {
  const issuers = known.get(core) ?? core.config.issuers.map((issuer) => new Issuer(core, issuer))
  known.set(core, issuers)
  return issuers
}

/** Callers that ask while the work is under way share its result. */
function coalesced<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => {
    running ??= work().finally(() => {
      running = undefined
    })
    return running
  }
}

/** `client_secret_basic` unless the issuer names only others (Discovery section 3 has it as the default). */
function authentication({ token_endpoint_auth_methods_supported: methods }: client.ServerMetadata) {
  return !methods || methods.includes('client_secret_basic') ? client.ClientSecretBasic : client.ClientSecretPost
}
