import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ConfigError, durations, limits, type Scope } from './config.ts'

/** What the file named by GATEHOUSE_CONFIG may say. */
export interface FileConfig {
  /** The catalogue beside the built-in scopes, in place of the one that is there to try things out. */
  readonly scopes?: readonly Scope[] | undefined
  readonly limits?: Partial<typeof limits> | undefined
  /** In milliseconds. */
  readonly durations?: Partial<typeof durations> | undefined
}

/** These stand in the published schema and its descriptions. */
const fixed = ['pageSize', 'queryDepth', 'queryComplexity']

const numbers = (names: readonly string[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, z.int().positive().optional()]))).optional()

// Made when it is needed: this module and config.ts know each other.
const fileSchema = () =>
  z.strictObject({
    scopes: z
      .array(
        z.strictObject({
          // RFC 6749 section 3.3, and no `gatehouse:` scopes but our own.
          name: z.string().regex(/^(?!gatehouse:)[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'is not a scope name'),
          description: z.strictObject({ en: z.string().min(1), zh: z.string().min(1) }),
          sensitive: z.boolean(),
        }),
      )
      .optional(),
    limits: numbers(Object.keys(limits).filter((name) => !fixed.includes(name))),
    durations: numbers(Object.keys(durations)),
  })

/** @throws {ConfigError} where the file cannot be read, is not JSON, or says something else. */
export function readConfigFile(path: string): FileConfig {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError(`GATEHOUSE_CONFIG cannot be read as JSON: ${(error as Error).message}`)
  }
  const parsed = fileSchema().safeParse(content)
  if (parsed.success) return parsed.data as FileConfig
  const [issue] = parsed.error.issues
  throw new ConfigError(`GATEHOUSE_CONFIG ${path}: ${issue?.path.join('.')} ${issue?.message}`)
}
