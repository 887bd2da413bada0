import type { Reading } from './text.ts'

// The one form of an e-mail address: a pure rule, which the server and the console share.

/**
 * Of RFC 5321's Dot-string, without what mail servers took or take for a route, a file or a command (`%`, `!`,
 * `/`, `|`, `` ` ``), or for an encoded word (`=?`, RFC 2047): with those, mail goes elsewhere than the address says.
 */
const localPart = /^(?=.{1,64}$)(?!.*=\?)[a-z0-9_+'&=~#$*?^{}-]+(\.[a-z0-9_+'&=~#$*?^{}-]+)*$/

/** Labels of RFC 5321 section 4.1.2, at least two of them. The last one is no number: that would be an IP address. */
const domainName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/

/** What can become a domain name: letters of any script, and all the dots of IDNA. */
const domainTyped = /^[\p{L}\p{M}\p{N}.\u3002-]+$/u

/**
 * An e-mail address in the one form in which it is stored, compared and mailed: ASCII, in lower case, the domain in
 * the form of IDNA (`xn--`). Undefined for what is not exactly one address, or none that people have: quoted
 * local parts, comments, IP addresses and routes are refused.
 */
export function emailAddress(typed: string): string | undefined {
  const trimmed = typed.trim()
  if (trimmed.length > 254 || /[\p{C}\p{Z}\p{DI}]/u.test(trimmed)) return undefined
  const text = trimmed.normalize('NFKC')
  const at = text.lastIndexOf('@')
  const local = text.slice(0, Math.max(0, at)).toLowerCase()
  const domain = asciiDomain(text.slice(at + 1))
  const address = `${local}@${domain}`
  return domain !== undefined && localPart.test(local) && address.length <= 254 ? address : undefined
}

function asciiDomain(typed: string): string | undefined {
  if (!domainTyped.test(typed)) return undefined
  const domain = URL.parse(`http://${typed}`)?.hostname
  return domain !== undefined && domainName.test(domain) ? domain : undefined
}

/** What somebody entered as an e-mail address, in its form, and what is wrong with it. */
export function readEmail(typed: string): Reading {
  const text = emailAddress(typed)
  if (text !== undefined) return { text }
  const trimmed = typed.trim()
  const message = 'is not an e-mail address'
  if (trimmed === '') return { text: '', fault: { code: 'REQUIRED', message } }
  if (trimmed.length > 254)
    return { text: '', fault: { code: 'TOO_LONG', message: 'must have at most 254 characters', limit: 254 } }
  return { text: '', fault: { code: 'NOT_AN_EMAIL_ADDRESS', message } }
}
