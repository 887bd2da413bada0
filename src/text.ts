import type { Fault } from './errors.ts'

// The forms of text and what is refused of it: pure rules, which the server and the console share.

/** Full-width letters and digits, and half-width Katakana: an input method's spelling of the ordinary ones. */
const widths = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f]+/g

/**
 * A name in the one form in which it is kept, searched and compared: NFC, ordinary widths of letters and
 * digits (RFC 8265 section 3.3.2), one plain space for each run of blanks (RFC 8266 section 2.1), none around it.
 */
export const nameForm = (text: string): string =>
  text
    .replace(widths, (run) => run.normalize('NFKC'))
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim()

/** Text of several lines in the form in which it is kept: NFC, `\n` between lines, no blanks around it. */
export const proseForm = (text: string): string => text.replace(/\r\n?/g, '\n').normalize('NFC').trim()

/** A password as it is hashed: the OpaqueString of RFC 8265 section 4.2. */
export const passwordForm = (text: string): string => text.replace(/\p{Zs}/gu, ' ').normalize('NFC')

/** Whether somebody typed the name that they were shown, in whatever spelling their keyboard has for it. */
export const isSameName = (typed: string, name: string): boolean => comparable(typed) === comparable(name)

const comparable = (text: string): string => nameForm(text.normalize('NFKC'))

/** Vowel killers of the Indic scripts, beside which joiners choose how a consonant is written. */
const viramas = '\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca'

/** A letter of a script in which letters join, so that it matters where they do not. */
const joining = '[\\p{L}&&[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Nko}\\p{Script=Mandaic}]]'

/** Characters that cannot be seen where writing needs them (RFC 5892 appendix A, UTS #51 and #37). */
const needed = new RegExp(
  [
    '\\p{RGI_Emoji}',
    '(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]',
    '(?<=\\p{Unified_Ideograph})[\\u{e0100}-\\u{e01ef}]',
    '(?<=\\p{Script=Mongolian})[\\u180b-\\u180f]',
    `(?<=[${viramas}])\\u200d|\\u200d(?=[${viramas}])`,
    `(?<=[${viramas}])\\u200c(?=\\p{L})`,
    `(?<=${joining}\\p{Mn}*)\\u200c(?=${joining})`,
  ].join('|'),
  'gv',
)

/**
 * What cannot be seen or rearranges the rest: control, format (but for the visible ones, such as the Arabic
 * number sign), default-ignorable, unassigned and private characters, separators of lines, the blank Braille
 * cell, the note that has no head, and what stands for an object.
 */
const hidden =
  /[[\p{C}\p{Zl}\p{Zp}\p{DI}\u2800\ufffc\u{1d159}]--[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]]/v

/** What of it text of several lines may have: breaks of lines, tabs, and marks of direction that turn nothing else. */
const layout = /[\n\t\u061c\u200e\u200f]/g

const hides = (text: string): boolean => hidden.test(text.replace(needed, ''))

/** More marks on one letter than any language writes would cover what stands around it. */
const heaped = /[\p{Mn}\p{Me}]{5}/u

/** Something that can be seen by itself. */
const visible = /[^\p{Cf}\p{Z}\p{DI}\p{M}\u2800\u{1d159}]/u

const badCharacters = (message: string): Fault => ({ code: 'BAD_CHARACTERS', message })

/** NFC shortens by a factor of four at most, and takes long for what is long: this is asked first. */
const isHopeless = (text: string, limit: number): boolean => text.length > 4 * limit

const tooLong = (limit: number): Fault => ({
  code: 'TOO_LONG',
  message: `must have at most ${limit} characters`,
  limit,
})

/** What is wrong with any text that is to be kept (PostgreSQL keeps neither NUL nor half of a character). */
function textFault(text: string, limit: number): Fault | undefined {
  if (text.length > limit) return tooLong(limit)
  if (!text.isWellFormed()) return badCharacters('has half of a character')
  return undefined
}

/** A text in the form in which it is kept, and what is wrong with it. */
export interface Reading {
  readonly text: string
  readonly fault?: Fault | undefined
}

/** One line that says something, of at most `limit` characters: a name. */
export const readLine = (typed: string, limit: number): Reading => read(typed, limit, nameForm, lineFault)

/** Text of any number of lines, of at most `limit` characters; it may be empty. */
export const readProse = (typed: string, limit: number): Reading => read(typed, limit, proseForm, proseFault)

/** An https URL to show or link to. */
export const readLink = (typed: string): Reading => read(typed, 2000, (text) => text.normalize('NFC'), linkFault)

function read(
  typed: string,
  limit: number,
  form: (text: string) => string,
  faultOf: (text: string) => Fault | undefined,
): Reading {
  const trimmed = typed.trim()
  if (isHopeless(trimmed, limit)) return { text: trimmed, fault: tooLong(limit) }
  const text = form(trimmed)
  return { text, fault: textFault(text, limit) ?? faultOf(text) }
}

const lineFault = (text: string): Fault | undefined =>
  visible.test(text) ? illegible(text) : { code: 'REQUIRED', message: 'must not be blank' }

const proseFault = (text: string): Fault | undefined => illegible(text.replace(layout, ''))

/** A URL parser drops or escapes blanks and what is invisible, but they would be kept and shown. */
const linkFault = (text: string): Fault | undefined =>
  !/[\p{C}\p{Z}\p{DI}]/u.test(text) && URL.parse(text)?.protocol === 'https:'
    ? undefined
    : { code: 'NOT_AN_HTTPS_URL', message: 'must be an https URL' }

function illegible(text: string): Fault | undefined {
  if (hides(text)) return badCharacters('must not contain invisible or control characters')
  if (heaped.test(text)) return badCharacters('must not have more than four marks on one letter')
  return undefined
}

/** What is needed as it is, or one hidden character. */
const neededOrHidden = new RegExp(`${needed.source}|(?<hidden>${hidden.source})`, 'gv')

/**
 * Text that nobody checked when it came in, such as a `User-Agent` or what an earlier version kept, without
 * what cannot be seen or rearranges what stands around it. Lines stay lines.
 */
export const legible = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(neededOrHidden, (found, ...rest) => (rest.at(-1).hidden && !/[\n\t]/.test(found) ? '' : found))
