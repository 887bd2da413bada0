import type { Context } from 'hono'
import { accepts } from 'hono/accepts'

export type Language = 'en' | 'zh'

const supported: readonly Language[] = ['en', 'zh']

/**
 * The language of a page: the first that the app asks for (`ui_locales`, OpenID Connect Core section 3.1.2.1) or, where it
 * names neither, that the browser prefers (RFC 9110 section 12.5.4); else English.
 */
export const languageOf = (c: Context): Language => askedBy(c.req.query('ui_locales')) ?? preferredBy(c)

const askedBy = (locales = ''): Language | undefined =>
  locales
    .split(' ', 10)
    .map((locale) => supported.find((language) => language === locale.toLowerCase().split('-')[0]))
    .find((language) => language !== undefined)

const preferredBy = (c: Context): Language =>
  accepts(c, {
    header: 'Accept-Language',
    supports: [...supported],
    default: 'en',
    match: (preferences, { supports, default: fallback }) =>
      preferences
        .filter(({ q }) => q > 0)
        .sort((a, b) => b.q - a.q)
        .map(({ type }) => type.toLowerCase().split('-')[0] ?? '')
        .find((language) => supports.includes(language)) ?? fallback,
  }) as Language
