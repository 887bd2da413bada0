import { z } from 'zod'
import { readEmail } from './email.ts'
import { type Fault, InvalidInput } from './errors.ts'
import { nameForm, passwordForm, type Reading, readLine, readLink, readProse } from './text.ts'

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

/** Text in the form in which it is kept; what is wrong with it is the issue. */
const text = (read: (typed: string) => Reading) =>
  z.string('cannot be emptied').transform((typed, context) => {
    const { text, fault } = read(typed)
    if (fault) context.addIssue({ code: 'custom', ...refusal(fault) })
    return text
  })

/** One line of text that says something: 1 to `max` characters, in the form of {@link readLine}. */
export const line = (max: number) => text((typed) => readLine(typed, max))

/** Text of any number of lines, which may be empty: at most `max` characters, in the form of {@link readProse}. */
export const prose = (max: number) => text((typed) => readProse(typed, max))

/** {@link prose} that may be left out; blank counts as left out. */
export const note = (max: number) =>
  prose(max)
    .nullish()
    .transform((text) => text || null)

/** An https URL to show or link to; null to have none. */
export const link = text(readLink).nullable()

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
 * A filter for names with this text in them, in upper or lower case, in whatever spelling it was typed.
 *
 * @throws {InvalidInput} at `search` for what no name can have.
 */
export function nameContains(text: string): { contains: string; mode: 'insensitive' } {
  const { search } = parse(z.object({ search: prose(1000) }), { search: text })
  // Prisma hands it to LIKE as it is.
  return { contains: nameForm(search).replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' }
}

/** An e-mail address, in the one form that {@link emailAddress} gives it. */
export const email = text(readEmail)

/**
 * An e-mail address as somebody types it to sign in. Also one that {@link email} refuses: an account may be older
 * than that.
 */
export const typedAddress = text((typed) => {
  const { text, fault } = readLine(typed, 320)
  return { text: text.toLowerCase(), fault }
})

/** A password that somebody chooses: 10 to 200 characters, none of them prescribed (NIST SP 800-63B). */
export const newPassword = z
  .string()
  .transform(passwordForm)
  .pipe(
    z
      .string()
      .min(10, 'must have at least 10 characters')
      .max(200, 'must have at most 200 characters')
      .refine((text) => text.isWellFormed(), refusal({ code: 'BAD_CHARACTERS', message: 'has half of a character' })),
  )
