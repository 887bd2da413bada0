import type { appTexts } from './texts.ts'

/** What is wrong with a field, by its name in the texts; undefined where nothing is. The server has the same rules. */
export type Fault = keyof typeof appTexts.en.faults | undefined

const NAME = 100
const DESCRIPTION = 2000
const LINK = 2000

export function nameFault(name: string): Fault {
  const text = name.trim()
  // Also what looks blank: spaces and invisible characters of whatever kind.
  if (!/[^\p{Cf}\p{Z}\p{DI}]/u.test(text)) return 'nameMissing'
  if (text.length > NAME) return 'nameLong'
  return /\p{Cc}/u.test(text) || !text.isWellFormed() ? 'characters' : undefined
}

export function descriptionFault(description: string): Fault {
  const text = description.trim()
  if (text.length > DESCRIPTION) return 'descriptionLong'
  return /[^\P{Cc}\n\r\t]/u.test(text) || !text.isWellFormed() ? 'characters' : undefined
}

/** Of a link that may be left out. */
export function linkFault(link: string): Fault {
  const text = link.trim()
  if (text === '') return undefined
  if (text.length > LINK) return 'linkLong'
  const isLink = !/[\p{Cc}\p{Z}]/u.test(text) && URL.canParse(text) && new URL(text).protocol === 'https:'
  return isLink ? undefined : 'link'
}

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/

export const isLoopback = (uri: string): boolean => URL.canParse(uri) && loopback.test(new URL(uri).hostname)

/** Of a redirect URI for an app of this type, after those before it. */
export function redirectUriFault(uri: string, type: string, before: readonly string[] = []): Fault {
  if (uri === '') return 'uriMissing'
  if (uri.length > LINK) return 'linkLong'
  if (!/^[\x21-\x7e]+$/.test(uri) || /[\\<>"^`{|}]/.test(uri)) return 'uriPlain'
  if (uri.includes('#')) return 'uriFragment'
  if (uri.includes('*')) return 'uriWildcard'
  if (!URL.canParse(uri) || /^https?:(?!\/\/[^/])/i.test(uri)) return 'uriAbsolute'
  const { protocol, hostname, username, password } = new URL(uri)
  if (username || password) return 'uriUser'
  if (before.includes(uri)) return 'uriTwice'
  if (protocol === 'https:') return undefined
  if (protocol === 'http:') return loopback.test(hostname) ? undefined : 'uriHttp'
  if (type !== 'PUBLIC') return 'uriScheme'
  // A private-use scheme is a domain name in reverse, so it has a dot.
  return protocol.includes('.') ? undefined : 'uriPrivate'
}

/** Whether apps of this type send people back to an address. */
export const hasRedirectUris = (type: string): boolean => type === 'WEB' || type === 'PUBLIC'

/** What somebody has entered for an app. */
export interface Draft {
  readonly name: string
  readonly description: string
  readonly logoUrl: string
  readonly homepageUrl: string
  readonly distribution: 'INTERNAL' | 'EXTERNAL'
  readonly redirectUris: readonly string[]
  readonly scopes: readonly string[]
}

/** The fields of a form that have something wrong, by the paths that the server names, too. */
export type Faults = Readonly<Record<string, NonNullable<Fault>>>

/** What the server would refuse of it. */
export function faultsOf(draft: Draft, type: string): Faults {
  const uris = draft.redirectUris.map((uri) => uri.trim())
  const found: [string, Fault][] = [
    ['name', nameFault(draft.name)],
    ['description', descriptionFault(draft.description)],
    ['logoUrl', linkFault(draft.logoUrl)],
    ['homepageUrl', linkFault(draft.homepageUrl)],
    ['scopes', draft.scopes.length === 0 ? 'scopesMissing' : undefined],
  ]
  if (hasRedirectUris(type)) {
    for (const [index, uri] of uris.entries())
      found.push([`redirectUris.${index}`, redirectUriFault(uri, type, uris.slice(0, index))])
  }
  return Object.fromEntries(found.flatMap(([path, fault]) => (fault ? [[path, fault]] : [])))
}

/** It as the API takes it; of what may be left out, null empties it. */
export const inputOf = (draft: Draft, type: string) => ({
  name: draft.name.trim(),
  description: draft.description.trim() || null,
  logoUrl: draft.logoUrl.trim() || null,
  homepageUrl: draft.homepageUrl.trim() || null,
  distribution: draft.distribution,
  redirectUris: hasRedirectUris(type) ? draft.redirectUris.map((uri) => uri.trim()) : undefined,
  scopes: [...draft.scopes],
})
