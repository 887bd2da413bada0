import { z } from 'zod'
import { InvalidInput } from './errors.ts'

/**
 * The input as the schema describes it, trimmed and with defaults.
 *
 * @param field the name of the field that `input` is, where it is not the whole input.
 * @throws {InvalidInput} that names every field that is wrong.
 */
export function parse<T extends z.ZodType>(schema: T, input: unknown, field?: string): z.output<T> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const root = field === undefined ? [] : [field]
  throw new InvalidInput(
    result.error.issues.map(({ path, message }) => ({ path: [...root, ...path.map(String)], message })),
  )
}

// PostgreSQL can store neither NUL nor lone surrogates, and a page can show no control characters.
const storable = z
  .string('cannot be emptied')
  .trim()
  .refine((text) => text.isWellFormed(), 'has half of a character')

/** One line of text that says something: trimmed, 1 to `max` characters. */
export const line = (max: number) =>
  storable
    .max(max, `must have at most ${max} characters`)
    .refine((text) => !/\p{Cc}/u.test(text), 'must not contain control characters')
    .refine((text) => /[^\p{Cf}\p{Z}\p{DI}]/u.test(text), 'must not be blank')

/** Text of any number of lines, which may be empty: trimmed, at most `max` characters. */
export const prose = (max: number) =>
  storable
    .max(max, `must have at most ${max} characters`)
    .refine((text) => !/[^\P{Cc}\n\r\t]/u.test(text), 'must not contain control characters')

/** {@link prose} that may be left out; blank counts as left out. */
export const note = (max: number) =>
  prose(max)
    .nullish()
    .transform((text) => text || null)

/** An https URL to show or link to; null to have none. */
export const link = storable
  .max(2000, 'must have at most 2000 characters')
  // White space and control characters a URL parser would drop or escape, and they would be stored as they are.
  .refine(
    (text) => !/[\p{Cc}\p{Z}]/u.test(text) && URL.canParse(text) && new URL(text).protocol === 'https:',
    'must be an https URL',
  )
  .nullable()

/** A list without repetitions. */
export const distinct = <T extends z.ZodType<string>>(item: T) =>
  z.array(item, 'cannot be emptied').superRefine((items, context) => {
    items.forEach((value, index) => {
      if (items.indexOf(value) !== index) context.addIssue({ code: 'custom', path: [index], message: 'stands twice' })
    })
  })

/**
 * A filter for names with this text in them, in upper or lower case.
 *
 * @throws {InvalidInput} at `search` for what no name can have.
 */
export function nameContains(text: string): { contains: string; mode: 'insensitive' } {
  const { search } = parse(z.object({ search: prose(1000) }), { search: text })
  // Prisma hands it to LIKE as it is.
  return { contains: search.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' }
}

/**
 * An e-mail address, in lower case. Not every address that RFC 5321 allows, but every one that people
 * have: one `@`, no spaces, at most 254 characters.
 */
export const email = storable
  .max(254, 'must have at most 254 characters')
  .refine(
    (text) => /^[^\s@\p{Cc}\p{Cf}"(),:;<>[\]\\]{1,64}@[^\s@\p{Cc}\p{Cf}]+\.[^\s@.\p{Cc}\p{Cf}]{2,}$/u.test(text),
    'is not an e-mail address',
  )
  .transform((text) => text.toLowerCase())

/** A password that somebody chooses: 10 to 200 characters, none of them prescribed (NIST SP 800-63B). */
export const newPassword = z
  .string()
  .min(10, 'must have at least 10 characters')
  .max(200, 'must have at most 200 characters')
