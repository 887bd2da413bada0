import type { BlockList } from 'node:net'
import { z } from 'zod'
import { DEFAULT_POOL, SMALLEST_POOL } from '../database/pool-shares.ts'
import { readSender, type Sender } from '../mail.ts'
import { readConfigFile } from './file.ts'
import { listNetworks } from './networks.ts'
import { BUILT_IN_SECRET, secretProblem, whyReachable } from './secret.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** All durations of the product, in milliseconds, with their defaults. */
export const durations = {
  /** A browser session ends after so long without a request … */
  sessionIdle: 12 * hour,
  /** … and in any case after so long. */
  sessionLifetime: 7 * day,
  /** The JWT that `signIn` returns. */
  signInToken: 15 * minute,
  /** How long a denial stands where the admin names no other time. */
  denial: 30 * day,
  /** How long an invitation can be accepted. */
  invitation: 7 * day,
  /** The longest silence on a filtered subscription before it gets a checkpoint cursor. */
  checkpoint: 25 * second,
  /** How often the rights behind open subscriptions are looked at where no event does it sooner. */
  rightsCheck: 400,
  /** A reader that does not take a delivery for so long is sent away. */
  slowReader: 15 * second,
  /** Failed sign-ins are counted over so long. */
  signInWindow: 15 * minute,
  /** Invitations are counted over so long. */
  invitationWindow: day,
  /** How long a mail server may take for a mail: whoever caused it is waiting for the answer. */
  mailTimeout: 10 * second,
  /** How long somebody may take to sign in at an external issuer and come back. */
  externalSignIn: 10 * minute,
  /** What an external issuer says of itself, and its keys, are read anew after so long. */
  issuerRefresh: 10 * minute,
  /** For so long an issuer that failed is not asked again, and keys just read are not because of an unknown one. */
  issuerCooldown: 30 * second,
  /** How long an answer of an external issuer is waited for. */
  issuerTimeout: 5 * second,
  /** How far an issuer's clock may be off. */
  issuerClockTolerance: 30 * second,
  /** An authorization code can be redeemed for so long. */
  authorizationCode: minute,
  /** A device code is good for so long … */
  deviceCode: 30 * minute,
  /** … and its device has to wait so long between two polls. */
  devicePolling: 5 * second,
  /** Access tokens that act for a user. */
  accessToken: hour,
  /** Access tokens of service apps, which may ask for another time … */
  serviceAccessToken: 15 * minute,
  /** … but not for more than this. */
  serviceAccessTokenLongest: day,
  idToken: hour,
  /** How long ago people may have signed in to change how they sign in. */
  freshSignIn: 10 * minute,
  /** A signing key that was retired verifies ID tokens that name a user as a hint for so long, and nothing else. */
  hintKey: 400 * day,
  refreshToken: 30 * day,
  /** For so long a refresh token may be presented once more, because its answer got lost. */
  refreshGrace: 10 * second,
  /** How long an authorization waits for its user, and for an admin. */
  parkedAuthorization: day,
  /** How long it waits while nobody has signed in to it: until then, anybody can make any number of them. */
  unsignedAuthorization: hour,
  /** For so long one that was answered is remembered, so that its page can say so. */
  answeredAuthorization: hour,
  pushedRequest: minute,
  /** How old an assertion may be, and how long it may be good for (RFC 7523 section 3). */
  assertion: hour,
  /** Refused requests to the token endpoint are counted over so long. */
  tokenRequestWindow: minute,
  /** Authorizations that an address begins are counted over so long. */
  authorizationWindow: 15 * minute,
  /**
   * A connection without a request stays open for so long. It must be longer than a proxy keeps its idle
   * connections (nginx 60 s, Traefik 90 s, Caddy 120 s), or the proxy sends a request into a closed one.
   */
  idleConnection: 125 * second,
  /** A request, its headers and its body, must have arrived within so long. */
  request: 150 * second,
  /** A client must take an answer within so long; of a stream, each piece. */
  answer: minute,
  /** How long a request waits for its turn at the database … */
  databaseWait: 10 * second,
  /** … and a token check, a health check, or a look at the rights behind subscriptions. */
  reservedWait: 3 * second,
  /** On PostgreSQL: how long one statement may run, its waiting for locks included … */
  statement: 10 * second,
  /** … and wait for one lock. */
  lock: 8 * second,
  /** How long a transaction may take. */
  transaction: 15 * second,
  /** New GraphQL documents of clients that are signed out are counted over so long. */
  signedOutDocumentWindow: minute,
  /** From the signal to stop until the process ends by force. */
  shutdown: 10 * second,
}

/** All limits of the product. The key is the name that a QUOTA_REACHED error carries. */
export const limits = {
  appsPerPersonalOrganization: 10,
  appsPerOrganization: 100,
  organizationsPerUser: 10,
  redirectUrisPerApp: 30,
  postLogoutRedirectUrisPerApp: 30,
  secretsPerApp: 20,
  keysPerApp: 20,
  /** Failed sign-ins per `durations.signInWindow`. */
  failedSignInsPerAccount: 10,
  failedSignInsPerAddress: 50,
  /** User codes that are not ours, per `durations.signInWindow`. */
  failedUserCodesPerAddress: 20,
  /**
   * Wrong secrets, codes and tokens at the token endpoint and its neighbours, from one address for one
   * client, per `durations.tokenRequestWindow`.
   */
  refusedTokenRequestsPerAddress: 100,
  /** Failed authentications there, and wrong Bearers, from one address for whatever client. */
  failedClientsPerAddress: 1_000,
  /**
   * Authorizations, pushed requests and device codes that an address begins per `durations.authorizationWindow`
   * and for which nobody has signed in yet.
   */
  authorizationsPerAddress: 300,
  /**
   * Authorizations of a user that are kept: so many that their browser was sent to, and as many in which they
   * pressed a button. A further one takes the place of the oldest of its kind.
   */
  authorizationsPerUser: 100,
  /** Pushed requests of an app that are kept. A further one takes the place of the oldest. */
  pushedRequestsPerApp: 10_000,
  /** Device codes of an app that nobody has confirmed. A further one takes the place of the oldest. */
  deviceCodesPerApp: 10_000,
  /** Authorizations and pushed requests for which nobody has signed in yet, of all addresses together. */
  strangersRecords: 100_000,
  /** Invitations that one user may make per `durations.invitationWindow`. */
  invitationsPerUser: 100,
  /** Events that are read at once, for a replay as for live delivery. */
  feedPage: 100,
  /** Items a page of a connection may ask for. */
  pageSize: 100,
  /** Buckets that statistics may be asked for at once. */
  statisticsBuckets: 1_000,
  queryDepth: 15,
  queryComplexity: 20_000,
  queryAliases: 30,
  queryTokens: 5_000,
  /** Comparisons of fields and fragments, by which it is found out whether they can be merged. */
  queryComparisons: 20_000,
  /** GraphQL documents of clients that are signed out, other than those accepted lately, per `durations.signedOutDocumentWindow`. */
  signedOutDocumentsPerAddress: 300,
  /**
   * Statements and transactions of this node that may wait for their turn at the database; token checks,
   * health checks and looks at rights wait apart, as many of each.
   */
  databaseQueue: 1_000,
  /** Mutations of one user, or app, that a node works at at the same time, so that nobody fills the database's connections … */
  mutationsPerUser: 4,
  /** … and that wait for their turn, for `durations.databaseWait` at most. */
  waitingMutationsPerUser: 40,
  bodyBytes: 1_048_576,
  /** Of a form, for which `bodyBytes` does not count. The OAuth engine reads no more. */
  formBytes: 57_344,
  /** Of a query string, and of a form. */
  parameters: 100,
  /** Entries of a list, and members of an object, in what a GraphQL request brings. */
  inputEntries: 1_000,
  /** Characters of a text there. */
  inputText: 20_000,
  /** Of all answers to a request together, and of each delivery of a subscription. */
  answerBytes: 8_388_608,
  batchedOperations: 10,
  /** Connections that a node holds at a time; further ones are closed as they come. */
  connections: 20_000,
  /** Requests of one connection that are answered at a time. Only a client that pipelines sends more than one. */
  pipelinedRequests: 8,
  /** Bytes that a node holds for clients which do not take them; above it the largest answers are cut off. */
  untakenBytes: 268_435_456,
}

/** Whether this is a run of the tests: then what is merely wasteful fails. */
export const inTests = process.env.NODE_ENV === 'test'

/** Cost of argon2id, as OWASP recommends: memory in KiB, passes, threads. */
export const passwordHashing = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** One scope of the catalogue that apps may ask for. */
export interface Scope {
  readonly name: string
  readonly description: { readonly en: string; readonly zh: string }
  readonly sensitive: boolean
}

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

/** An API that checks tokens here (RFC 7662): not an app, and known from the configuration alone. */
export interface ResourceServer {
  /** What it calls itself at introspection. Never one that an app could have. */
  readonly id: string
  readonly secret: string
  /** The absolute URI that tokens for it carry as `aud` (RFC 8707 section 2). */
  readonly audience: string
  /** What people know it by. */
  readonly name: string
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

/** The scopes that mean something to Gatehouse itself; the rest of the catalogue is the operator's. */
export const builtInScopes: readonly Scope[] = [
  scope('openid', 'Know who you are', '确认您的身份'),
  scope('profile', 'See your name', '查看您的姓名'),
  scope('email', 'See your e-mail address', '查看您的邮箱地址'),
  scope('offline_access', 'Keep access while you are away', '在您离开时保持访问'),
  scope('gatehouse:read', 'Read the administration of your organization', '读取组织的管理信息', true),
  scope('gatehouse:manage', 'Manage apps and installations of your organization', '管理组织的应用与安装', true),
  scope('gatehouse:introspect', 'Check tokens of your organization', '校验组织内的令牌', true),
]

const defaultCatalogue: readonly Scope[] = [
  scope('documents:read', 'Read documents', '读取文档'),
  scope('documents:write', 'Create and change documents', '创建和修改文档', true),
  scope('calendar:read', 'Read calendars', '读取日历'),
  scope('calendar:write', 'Create and change calendar entries', '创建和修改日程', true),
  scope('contacts:read', 'Read the address book', '读取通讯录', true),
  scope('messages:send', 'Send messages in your name', '以您的名义发送消息', true),
]

/** Of programs in wide use, whose schemes are no domain names in reverse. */
const defaultPrivateUseSchemes = ['cursor', 'vscode', 'vscode-insiders', 'claude']

function scope(name: string, en: string, zh: string, sensitive = false): Scope {
  return { name, description: { en, zh }, sensitive }
}

/** The environment names a value that cannot be used. The message is one line and starts with the variable. */
export class ConfigError extends Error {}

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
  const file = env.GATEHOUSE_CONFIG ? readConfigFile(env.GATEHOUSE_CONFIG) : {}
  const issuers = readIssuers(environment)
  const own = issuers.find(({ url }) => url.href === publicUrl.href)
  if (own) throw new ConfigError(`OIDC_${own.slug === '1' ? '' : `${own.slug}_`}ISSUER must not be this server itself`)
  const resourceServers = file.resourceServers ?? []
  // The issuer is in the audience of every token: whoever had it as its own would be sent all of them.
  if (resourceServers.some(({ audience }) => new URL(audience).href === publicUrl.href)) {
    throw new ConfigError('GATEHOUSE_CONFIG names PUBLIC_URL as the audience of a resource server')
  }
  return {
    environment: env.NODE_ENV,
    host: env.HOST,
    port: env.PORT,
    publicUrl: publicUrl.origin,
    database: env.DATABASE_URL ? { url: env.DATABASE_URL, poolSize: env.DATABASE_POOL } : { directory: env.DATA_DIR },
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
