import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { builtInScopes, type Scope } from './catalogue.ts'
import { ConfigError } from './config-error.ts'
import { durations, limits } from './defaults.ts'

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

/** What the file named by GATEHOUSE_CONFIG may say. */
export interface FileConfig {
  /** The catalogue beside the built-in scopes, in place of the one that is there to try things out. */
  readonly scopes?: readonly Scope[] | undefined
  readonly limits?: Partial<typeof limits> | undefined
  /** In milliseconds. */
  readonly durations?: Partial<typeof durations> | undefined
  readonly resourceServers?: readonly ResourceServer[] | undefined
  /** In place of the default ones. */
  readonly privateUseSchemes?: readonly string[] | undefined
}

/** These stand in the published schema and its descriptions. */
const fixed = ['pageSize', 'queryDepth', 'queryComplexity']

const numbers = (names: readonly string[], max: number) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, z.int().positive().max(max).optional()]))).optional()

/** What the database counts in. */
const LARGEST_LIMIT = 2 ** 31 - 1
/** A hundred years, in milliseconds: a time that far away is still one that can be written down. */
const LONGEST_DURATION = 36_500 * 86_400_000

const resourceServer = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9._~-]{1,100}$/, 'must be 1 to 100 letters, digits or any of . _ ~ -')
      .regex(/^(?!app_)/i, 'must not begin like the id of an app'),
    // RFC 6749 appendix A.2.
    secret: z.string().regex(/^[\x20-\x7e]{32,1000}$/, 'must have 32 plain characters or more'),
    audience: z
      .string()
      .max(1000, 'must have at most 1000 characters')
      .refine(
        (uri) => /^[\x21-\x7e]+$/.test(uri) && !/[#"<>\\^`{|}]/.test(uri) && URL.canParse(uri),
        'must be an absolute URI without a fragment, such as https://api.example.com',
      ),
    name: z.string().trim().min(1, 'is empty').max(100, 'must have at most 100 characters').optional(),
  })
  .transform((server): ResourceServer => ({ ...server, name: server.name ?? server.id }))

const resourceServers = z.array(resourceServer).superRefine((servers, context) => {
  for (const [index, server] of servers.entries()) {
    for (const key of ['id', 'audience'] as const) {
      const isTaken = servers.slice(0, index).some((other) => other[key] === server[key])
      if (isTaken) context.addIssue({ code: 'custom', path: [index, key], message: 'stands twice' })
    }
  }
})

/** What browsers handle themselves: code or files of the user's, or what is no app on the device. */
const RESERVED_SCHEME = /^(javascript|data|blob|file|filesystem|about|vbscript|view-source|https?|wss?|ftp)$/

const privateUseScheme = z
  .string()
  .regex(/^[a-z][a-z0-9+.-]{0,49}$/, 'must be a URI scheme in lower case, without the colon')
  .refine((scheme) => !RESERVED_SCHEME.test(scheme), 'is never a private-use scheme')

const fileSchema = z.strictObject({
  scopes: z
    .array(
      z.strictObject({
        // RFC 6749 section 3.3, and no `gatehouse:` scopes but our own.
        name: z.string().regex(/^(?!gatehouse:)[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'is not a scope name'),
        description: z.strictObject({ en: z.string().min(1), zh: z.string().min(1) }),
        sensitive: z.boolean(),
      }),
    )
    .superRefine((scopes, context) => {
      const names = builtInScopes.map(({ name }) => name)
      for (const [index, { name }] of scopes.entries()) {
        if (names.includes(name))
          context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is there already' })
        names.push(name)
      }
    })
    .optional(),
  limits: numbers(
    Object.keys(limits).filter((name) => !fixed.includes(name)),
    LARGEST_LIMIT,
  ),
  durations: numbers(Object.keys(durations), LONGEST_DURATION),
  resourceServers: resourceServers.optional(),
  privateUseSchemes: z.array(privateUseScheme).optional(),
})

/** @throws {ConfigError} where the file cannot be read, is not JSON, or says something else. */
export function readConfigFile(path: string): FileConfig {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError(`GATEHOUSE_CONFIG cannot be read as JSON: ${withoutExcerpt(error as Error)}`)
  }
  const parsed = fileSchema.safeParse(content)
  if (parsed.success) return parsed.data as FileConfig
  const [issue] = parsed.error.issues
  throw new ConfigError(
    `GATEHOUSE_CONFIG ${path}: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(' ')}`,
  )
}

/** The parser quotes what it stumbled over, and that may be a secret. */
const withoutExcerpt = ({ message }: Error): string =>
  message.replace(/, (?:\.\.\.)?".*"(?:\.\.\.)? is not/s, ', this is not')
