import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import type { Config } from '../config/config.ts'
import { formCookie } from './cookies.ts'
import { isCrossSite } from './same-site.ts'

/** The name of the hidden field. */
export const FORM_TOKEN = 'form_token'

/** The token to put into a form. The browser gets the same in a cookie, which other sites cannot read. */
export function formToken(config: Config, c: Context): string {
  const known = formCookie.read(config, c.req.header('cookie'))
  if (known && /^[\w-]{43}$/.test(known)) return known
  // All forms of a page have the same.
  const made: string | undefined = c.get('formToken')
  if (made) return made
  const token = randomBytes(32).toString('base64url')
  c.set('formToken', token)
  c.header('set-cookie', formCookie.set(config, token), { append: true })
  return token
}

/** Whether a posted form is one of ours, posted from a page of ours: its token and its origin are right. */
export function isOwnForm(config: Config, c: Context, token: unknown): boolean {
  if (isCrossSite(config, c.req.header())) return false
  const expected = formCookie.read(config, c.req.header('cookie'))
  return typeof token === 'string' && Boolean(expected) && timingSafeEqual(digest(token), digest(expected as string))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
