import type { Context } from 'hono'
import { accepts } from 'hono/accepts'

export type Language = 'en' | 'zh'

/** The language of the pages that the browser prefers (RFC 9110 section 12.5.4); English where it names neither. */
export const languageOf = (c: Context): Language =>
  accepts(c, {
    header: 'Accept-Language',
    supports: ['en', 'zh'],
    default: 'en',
    match: (preferences, { supports, default: fallback }) =>
      preferences
        .filter(({ q }) => q > 0)
        .sort((a, b) => b.q - a.q)
        .map(({ type }) => type.toLowerCase().split('-')[0] ?? '')
        .find((language) => supports.includes(language)) ?? fallback,
  }) as Language
