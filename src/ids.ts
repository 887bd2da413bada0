import { uuidv7 } from 'uuidv7'
import { InvalidInput } from './errors.ts'

/** The typed prefixes that people see. Everything else works with the bare UUID. */
export const prefixes = {
  Organization: 'org',
  Membership: 'mem',
  Invitation: 'inv',
  User: 'usr',
  Session: 'ses',
  App: 'app',
  AppSecret: 'sec',
  AppKey: 'key',
  Installation: 'ins',
  InstallRequest: 'req',
  InstallCase: 'cas',
  Denial: 'den',
  Grant: 'gra',
  Event: 'evt',
} as const

export type TypeName = keyof typeof prefixes

const typeNames = new Map<string, TypeName>(
  Object.entries(prefixes).map(([name, prefix]) => [prefix, name as TypeName]),
)

/** A new UUIDv7: later ids sort after earlier ones. */
export const newId = (): string => uuidv7()

/** `App`, `0198c5d2-…` → `app_0198c5d2…`: the public form, the same everywhere it is shown. */
export function publicId(type: TypeName, id: string): string {
  return `${prefixes[type]}_${id.replaceAll('-', '')}`
}

/** The reverse of {@link publicId}; undefined for anything that it cannot have made. */
export function readPublicId(text: string): { type: TypeName; id: string } | undefined {
  const match = /^([a-z]{3})_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(text)
  const type = match && typeNames.get(match[1] as string)
  return type ? { type, id: match.slice(2).join('-') } : undefined
}

/**
 * The UUID inside a public id that a client sent as `path` of its input.
 *
 * @throws {InvalidInput} where it is malformed or names an object of another type.
 */
export function parseId(type: TypeName, text: string, path: string | readonly string[]): string {
  const found = readPublicId(text)
  if (found?.type === type) return found.id
  const expected = `an id of type ${type} (${prefixes[type]}_…)`
  const message = found ? `expected ${expected}, got one of type ${found.type}` : `expected ${expected}`
  throw InvalidInput.at(path, { code: 'WRONG_ID', message })
}
