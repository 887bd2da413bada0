import type { BlockList } from 'node:net'
import { z } from 'zod'
import { builtInScopes, defaultCatalogue, type Scope } from './catalogue.ts'
import { ConfigError } from './config-error.ts'
import {
  DEFAULT_POOL,
  defaultPrivateUseSchemes,
  durations,
  limits,
  passwordHashing,
  SMALLEST_POOL,
} from './defaults.ts'
import { type ResourceServer, readConfigFile } from './file.ts'
import { listNetworks } from './networks.ts'
import { BUILT_IN_SECRET, secretProblem, whyReachable } from './secret.ts'
import { readSender, type Sender } from './sender.ts'

/** Whether this is a run of the tests: then what is merely wasteful fails. */
export const inTests = process.env.NODE_ENV === 'test'

/** An OIDC issuer whose people may sign in here. */
export interface IssuerConfig {
  /** What stands in the path of its sign-in: the number of its variables. */
  readonly slug: string
  /** Its issuer identifier (OpenID Connect Discovery 1.0 section 3). */
  readonly url: URL
  readonly clientId: string
  /** Undefined for a public client. */
  readonly clientSecret: string | undefined
  /** What people know it by. */
  readonly name: string
  /** The `aud` of its JWTs that the API accepts; undefined where it accepts none. */
  readonly audience: string | undefined
  /** Whether an unknown subject gets an account. */
  readonly provision: boolean
}

/** Where the data is: a PostgreSQL server, and how many connections to it there may be, or the embedded database in a folder. */
export type DatabaseLocation = { readonly url: string; readonly poolSize: number } | { readonly directory: string }

export interface Config {
  readonly environment: 'production' | 'development' | 'test'
  readonly host: string
  readonly port: number
  /** Origin and issuer, without a trailing slash. Where its port is 0, the server puts in the one that it got. */
  readonly publicUrl: string
  readonly database: DatabaseLocation
  /** Where nodes ring for one another, in place of the database itself. */
  readonly redisUrl: string | undefined
  /** Seals the signing keys and signs what is handed to browsers. */
  readonly secret: string
  /** Whether only this machine can reach the server: then there is a built-in secret, and /metrics is open. */
  readonly isLocal: boolean
  readonly metricsToken: string | undefined
  /** Whom to tell of a hole, as URIs, the best way first; none where /.well-known/security.txt is not there. */
  readonly securityContacts: readonly string[]
  /** The proxies whose word on where a request comes from is taken. */
  readonly proxies: BlockList
  /** How mail is sent; undefined where it is not. */
  readonly mail: { readonly url: string; readonly from: Sender } | undefined
  readonly logLevel: string
  readonly durations: typeof durations
  readonly limits: typeof limits
  readonly passwordHashing: typeof passwordHashing
  readonly scopes: readonly Scope[]
  readonly issuers: readonly IssuerConfig[]
  readonly resourceServers: readonly ResourceServer[]
  /** The private-use URI schemes without a dot that redirect URIs of PUBLIC apps may have. */
  readonly privateUseSchemes: readonly string[]
}

const text = z.string().trim().min(1, 'is empty')
const origin = text.refine((value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  return url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash && !url.username
}, 'must be an http or https origin without a path, such as https://gatehouse.example.com')

/** Whether only this machine can be meant: where https is not asked for. */
export const isLoopback = (hostname: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname)

const issuerUrl = z
  .string('is required beside the other variables of the issuer')
  .trim()
  .max(500, 'must have at most 500 characters')
  .refine((value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined
    if (!url || url.search || url.hash || url.username || url.password) return false
    return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  }, 'must be an https URL without a query, such as https://login.example.com (http only on a loopback host)')
  .transform((value) => new URL(value))

/** What can be said of an external issuer: `OIDC_ISSUER` and so on, and of a second one `OIDC_2_ISSUER`. */
const issuerVariables = z.object({
  ISSUER: issuerUrl,
  CLIENT_ID: z.string('is required beside the issuer').trim().min(1, 'is empty'),
  CLIENT_SECRET: text.optional(),
  NAME: text.max(60, 'must have at most 60 characters').optional(),
  AUDIENCE: text.optional(),
  PROVISION: z.enum(['1', '0'], 'must be 1 or 0').default('0'),
})

const issuerVariable = new RegExp(`^OIDC_(?:(\\d+)_)?(${Object.keys(issuerVariables.shape).join('|')})$`)

const variables = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'must be production, development or test')
    .default('development'),
  HOST: text.default('127.0.0.1'),
  PORT: text
    .default('4000')
    .refine((value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535, 'must be a port number from 0 to 65535')
    .transform(Number),
  PUBLIC_URL: origin.optional(),
  DATABASE_URL: text
    .refine((value) => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value), 'must be a postgresql:// URL')
    .optional(),
  REDIS_URL: text
    .refine((value) => /^rediss?:\/\//.test(value) && URL.canParse(value), 'must be a redis:// or rediss:// URL')
    .optional(),
  DATABASE_POOL: text
    .default(String(DEFAULT_POOL))
    .refine(
      (value) => /^\d{1,4}$/.test(value) && Number(value) >= SMALLEST_POOL,
      `must be a number from ${SMALLEST_POOL} to 9999: token checks, feed rights and health have connections of their own`,
    )
    .transform(Number),
  DATA_DIR: text.default('.gatehouse'),
  TRUSTED_PROXIES: text
    .transform((value) => value.split(',').map((network) => network.trim()))
    .transform((networks, context) => {
      try {
        return listNetworks(networks)
      } catch {
        context.addIssue({ code: 'custom', message: 'must be addresses or networks, such as 10.0.0.0/8,::1' })
        return z.NEVER
      }
    })
    .optional(),
  GATEHOUSE_CONFIG: text.optional(),
  GATEHOUSE_EMBEDDED: z.enum(['1', '0'], 'must be 1 or 0').optional(),
  GATEHOUSE_SECRET: text
    .superRefine((value, context) => {
      const message = secretProblem(value)
      if (message) context.addIssue({ code: 'custom', message })
    })
    .optional(),
  SMTP_URL: text
    .refine((value) => /^smtps?:\/\//.test(value) && URL.canParse(value), 'must be an smtp:// or smtps:// URL')
    .optional(),
  MAIL_FROM: text
    .transform((value, context) => {
      const sender = readSender(value)
      if (!sender) context.addIssue('must be one address, such as Gatehouse <gatehouse@example.com>')
      return sender ?? z.NEVER
    })
    .optional(),
  METRICS_TOKEN: text.min(16, 'must have 16 characters or more').optional(),
  SECURITY_CONTACT: text
    .transform((value) => value.split(',').map((contact) => contact.trim()))
    .transform((contacts) =>
      contacts.map((contact) => (/^[^:@]+@[^:@]+$/.test(contact) ? `mailto:${contact}` : contact)),
    )
    .refine(
      (contacts) =>
        contacts.every(
          (contact) => /^(mailto:[^@]+@|https:\/\/|tel:)[\x21-\x7e]+$/.test(contact) && URL.canParse(contact),
        ),
      'must be e-mail addresses or URLs (mailto:, https:, tel:), with commas between them',
    )
    .optional(),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'must be a level such as info or debug')
    .default('info'),
})

/**
 * The configuration that the environment describes.
 *
 * @throws {ConfigError} for the first variable that is wrong.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = variables.safeParse(environment)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new ConfigError(`${String(issue?.path[0])} ${issue?.message}`)
  }
  const env = parsed.data
  const production = env.NODE_ENV === 'production'
  const publicUrl = new URL(env.PUBLIC_URL ?? `http://localhost:${env.PORT}`)
  const reachable = whyReachable({ production, hasDatabaseUrl: !!env.DATABASE_URL, host: env.HOST, publicUrl })
  if (reachable !== undefined && env.GATEHOUSE_SECRET === undefined) {
    throw new ConfigError(`GATEHOUSE_SECRET is required ${reachable}: set it to what \`openssl rand -hex 32\` prints`)
  }
  if (production && !env.DATABASE_URL && env.GATEHOUSE_EMBEDDED !== '1') {
    throw new ConfigError('DATABASE_URL is required in production (or GATEHOUSE_EMBEDDED=1 for a single embedded node)')
  }
  if (env.REDIS_URL && !env.DATABASE_URL) {
    throw new ConfigError('REDIS_URL is for several nodes, which the embedded database has not: set DATABASE_URL, too')
  }
  const file = env.GATEHOUSE_CONFIG ? readConfigFile(env.GATEHOUSE_CONFIG) : {}
  const issuers = readIssuers(environment)
  const own = issuers.find(({ url }) => url.href === publicUrl.href)
  if (own) throw new ConfigError(`OIDC_${own.slug === '1' ? '' : `${own.slug}_`}ISSUER must not be this server itself`)
  const resourceServers = file.resourceServers ?? []
  // The issuer is in the audience of every token: a resource server with this audience would be sent all of them.
  if (resourceServers.some(({ audience }) => new URL(audience).href === publicUrl.href)) {
    throw new ConfigError('GATEHOUSE_CONFIG names PUBLIC_URL as the audience of a resource server')
  }
  return {
    environment: env.NODE_ENV,
    host: env.HOST,
    port: env.PORT,
    publicUrl: publicUrl.origin,
    database: env.DATABASE_URL ? { url: env.DATABASE_URL, poolSize: env.DATABASE_POOL } : { directory: env.DATA_DIR },
    redisUrl: env.REDIS_URL,
    secret: env.GATEHOUSE_SECRET ?? BUILT_IN_SECRET,
    isLocal: reachable === undefined,
    metricsToken: env.METRICS_TOKEN,
    securityContacts: env.SECURITY_CONTACT ?? [],
    proxies: env.TRUSTED_PROXIES ?? listNetworks([]),
    mail: env.SMTP_URL
      ? { url: env.SMTP_URL, from: env.MAIL_FROM ?? { name: 'Gatehouse', address: `gatehouse@${publicUrl.hostname}` } }
      : undefined,
    logLevel: env.LOG_LEVEL,
    durations: { ...durations, ...file.durations },
    limits: { ...limits, ...file.limits },
    passwordHashing,
    scopes: [...builtInScopes, ...(file.scopes ?? defaultCatalogue)],
    issuers,
    resourceServers,
    privateUseSchemes: file.privateUseSchemes ?? defaultPrivateUseSchemes,
  }
}

/** @throws {ConfigError} */
function readIssuers(environment: Readonly<Record<string, string | undefined>>): IssuerConfig[] {
  const groups = new Map<number, Record<string, string>>()
  for (const [variable, value] of Object.entries(environment)) {
    const [, number, name] = issuerVariable.exec(variable) ?? []
    if (name === undefined || value === undefined) continue
    if (number !== undefined && !/^([2-9]|[1-9]\d)$/.test(number)) {
      throw new ConfigError(`${variable} must have a number from 2 to 99; the first issuer's variables have none`)
    }
    const group = Number(number ?? 1)
    groups.set(group, { ...groups.get(group), [name]: value })
  }
  const issuers = [...groups].sort(([a], [b]) => a - b).map(([number, values]) => readIssuer(number, values))
  for (const [index, { slug, url }] of issuers.entries()) {
    if (issuers.findIndex((other) => other.url.href === url.href) < index) {
      throw new ConfigError(`OIDC_${slug}_ISSUER names an issuer that stands there already`)
    }
  }
  return issuers
}

function readIssuer(number: number, values: Record<string, string>): IssuerConfig {
  const parsed = issuerVariables.safeParse(values)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new ConfigError(`OIDC_${number === 1 ? '' : `${number}_`}${String(issue?.path[0])} ${issue?.message}`)
  }
  const { ISSUER, CLIENT_ID, CLIENT_SECRET, NAME, AUDIENCE, PROVISION } = parsed.data
  return {
    slug: String(number),
    url: ISSUER,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    name: NAME ?? ISSUER.host,
    audience: AUDIENCE,
    provision: PROVISION === '1',
  }
}
