import type { Fault } from './issue-texts.ts'

// What the server refuses of a text in any form, so that it is not sent: the same rules, in the same order.

const unless = (isFine: boolean, code: Fault['code']): Fault | undefined => (isFine ? undefined : { code })

/** Of control, and those that turn around what follows. */
const controls = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u

/** Of any text. */
const textFault = (text: string, limit: number): Fault | undefined =>
  unless(text.isWellFormed(), 'BAD_CHARACTERS') ?? (text.length > limit ? { code: 'TOO_LONG', limit } : undefined)

/** Of one line that must say something: a name. */
export function lineFault(line: string, limit: number): Fault | undefined {
  const text = line.trim()
  return (
    textFault(text, limit) ??
    unless(!controls.test(text), 'BAD_CHARACTERS') ??
    // Also what looks blank: spaces and invisible characters of whatever kind.
    unless(/[^\p{Cf}\p{Z}\p{DI}]/u.test(text), 'REQUIRED')
  )
}

/** Of text that may be left out, of any number of lines. */
export function proseFault(prose: string, limit: number): Fault | undefined {
  const text = prose.trim()
  return textFault(text, limit) ?? unless(!controls.test(text.replace(/[\n\r\t]/g, '')), 'BAD_CHARACTERS')
}

/** Of a link that may be left out. */
export function linkFault(link: string): Fault | undefined {
  const text = link.trim()
  if (text === '') return undefined
  const isLink = !/[\p{Cc}\p{Z}]/u.test(text) && URL.canParse(text) && new URL(text).protocol === 'https:'
  return textFault(text, 2000) ?? unless(isLink, 'NOT_AN_HTTPS_URL')
}

const address = /^[^\s@\p{Cc}\p{Cf}"(),:;<>[\]\\]{1,64}@[^\s@\p{Cc}\p{Cf}]+\.[^\s@.\p{Cc}\p{Cf}]{2,}$/u

export function emailFault(email: string): Fault | undefined {
  const text = email.trim()
  return textFault(text, 254) ?? unless(text !== '', 'REQUIRED') ?? unless(address.test(text), 'NOT_AN_EMAIL_ADDRESS')
}
