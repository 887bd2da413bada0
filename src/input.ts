import { z } from 'zod'
import { type Fault, InvalidInput } from './errors.ts'

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
    result.error.issues.map((issue) => ({ path: [...root, ...issue.path.map(String)], ...faultOf(issue) })),
  )
}

/** What zod is to say where a rule is not kept: `.refine(isKept, refusal({ code, message }))`. */
export const refusal = ({ message, ...params }: Fault) => ({ message, params })

function faultOf(issue: z.core.$ZodIssue): Fault {
  const { message } = issue
  switch (issue.code) {
    case 'invalid_type':
      return { code: 'REQUIRED', message }
    case 'too_small': {
      const limit = Number(issue.minimum)
      if (issue.origin !== 'string') return { code: 'TOO_FEW', message, limit }
      return limit === 1 ? { code: 'REQUIRED', message } : { code: 'TOO_SHORT', message, limit }
    }
    case 'too_big':
      return { code: issue.origin === 'string' ? 'TOO_LONG' : 'TOO_MANY', message, limit: Number(issue.maximum) }
    case 'custom':
      if (issue.params?.code) return { ...(issue.params as ReturnType<typeof refusal>['params']), message }
  }
  // It would reach clients without a code: such a rule is a defect, and the first value it refuses says so.
  throw new TypeError(`a rule refuses input without a code: ${message}`, { cause: issue })
}

// PostgreSQL can store neither NUL nor lone surrogates, and a page can show no control characters.
const storable = z
  .string('cannot be emptied')
  .trim()
  .refine((text) => text.isWellFormed(), refusal({ code: 'BAD_CHARACTERS', message: 'has half of a character' }))

// Of control, and those that turn around what follows, also where that is not theirs (UAX #9 section 2): text
// that is written from right to left needs none of them.
const controls = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u
const hasControls = refusal({ code: 'BAD_CHARACTERS', message: 'must not contain control characters' })

/** One line of text that says something: trimmed, 1 to `max` characters. */
export const line = (max: number) =>
  storable
    .max(max, `must have at most ${max} characters`)
    .refine((text) => !controls.test(text), hasControls)
    .refine((text) => /[^\p{Cf}\p{Z}\p{DI}]/u.test(text), refusal({ code: 'REQUIRED', message: 'must not be blank' }))

/** Text of any number of lines, which may be empty: trimmed, at most `max` characters. */
export const prose = (max: number) =>
  storable
    .max(max, `must have at most ${max} characters`)
    .refine((text) => !controls.test(text.replace(/[\n\r\t]/g, '')), hasControls)

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
    refusal({ code: 'NOT_AN_HTTPS_URL', message: 'must be an https URL' }),
  )
  .nullable()

/** A list without repetitions. */
export const distinct = <T extends z.ZodType<string>>(item: T) =>
  z.array(item, 'cannot be emptied').superRefine((items, context) => {
    const seen = new Set<string>()
    items.forEach((value, index) => {
      if (seen.size < seen.add(value).size) return
      const twice = refusal({ code: 'DUPLICATE', message: 'stands twice', value })
      context.addIssue({ code: 'custom', path: [index], ...twice })
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

const address = /^[^\s@\p{Cc}\p{Cf}"(),:;<>[\]\\]{1,64}@[^\s@\p{Cc}\p{Cf}]+\.[^\s@.\p{Cc}\p{Cf}]{2,}$/u

/**
 * An e-mail address, in lower case. Not every address that RFC 5321 allows, but every one that people
 * have: one `@`, no spaces, at most 254 characters.
 */
export const email = storable
  .max(254, 'must have at most 254 characters')
  .superRefine((text, context) => {
    if (address.test(text)) return
    const code = text === '' ? 'REQUIRED' : 'NOT_AN_EMAIL_ADDRESS'
    context.addIssue({ code: 'custom', ...refusal({ code, message: 'is not an e-mail address' }) })
  })
  .transform((text) => text.toLowerCase())

/** A password that somebody chooses: 10 to 200 characters, none of them prescribed (NIST SP 800-63B). */
export const newPassword = z
  .string()
  .min(10, 'must have at least 10 characters')
  .max(200, 'must have at most 200 characters')
