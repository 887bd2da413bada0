import type { Problem } from '../api/problem.ts'
import type { Fault, Faults } from '../ui/issue-texts.ts'
import { lineFault, linkFault, proseFault } from '../ui/rules.ts'

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/

export const isLoopback = (uri: string): boolean => URL.canParse(uri) && loopback.test(new URL(uri).hostname)

/** Hosts that mean the machine itself, by name and by address. */
const localhost = /^(.+\.)?localhost\.?$/
const loopbackAddress = /^(127(\.\d+){3}|\[::1\])$/

/** They run or read what is in the browser. */
const forbidden = /^(javascript|data|blob|file|about|vbscript):$/

/**
 * Of a redirect URI for an app of this type, after those before it. Which schemes without a dot there may be is
 * configuration, so the server judges those.
 */
export function redirectUriFault(uri: string, type: string, before: readonly string[] = []): Fault | undefined {
  if (uri === '') return { code: 'REQUIRED' }
  if (uri.length > 2000) return { code: 'TOO_LONG', limit: 2000 }
  if (!/^[\x21-\x7e]+$/.test(uri) || /[\\<>"^`{|}]/.test(uri)) return { code: 'NOT_ESCAPED' }
  if (uri.includes('#')) return { code: 'HAS_FRAGMENT' }
  if (uri.includes('*')) return { code: 'HAS_WILDCARD' }
  if (!URL.canParse(uri) || /^https?:(?!\/\/[^/])/i.test(uri)) return { code: 'NOT_AN_ABSOLUTE_URI' }
  const { protocol, hostname, username, password } = new URL(uri)
  if (username || password) return { code: 'HAS_USER_INFO' }
  if (before.includes(uri)) return { code: 'DUPLICATE' }
  if (protocol === 'https:') {
    const isRefused = localhost.test(hostname) || (type === 'PUBLIC' && loopbackAddress.test(hostname))
    return isRefused ? { code: 'HTTPS_ON_LOOPBACK' } : undefined
  }
  if (protocol === 'http:' && loopback.test(hostname)) return undefined
  if (protocol === 'http:' || type !== 'PUBLIC') return { code: 'SCHEME_NOT_ALLOWED' }
  return forbidden.test(protocol) ? { code: 'SCHEME_WITHOUT_DOT' } : undefined
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
  readonly postLogoutRedirectUris: readonly string[]
  readonly scopes: readonly string[]
}

type UriField = 'redirectUris' | 'postLogoutRedirectUris'

/** The URIs that an app has already. */
type Kept = Pick<Draft, UriField>

/** What the server would refuse of it. Of what the app has already, no URI is judged again. */
export function faultsOf(draft: Draft, type: string, kept?: Kept): Faults {
  return {
    name: lineFault(draft.name, 100),
    description: proseFault(draft.description, 2000),
    logoUrl: linkFault(draft.logoUrl),
    homepageUrl: linkFault(draft.homepageUrl),
    ...uriFaults('redirectUris', draft, type, kept),
    ...uriFaults('postLogoutRedirectUris', draft, type, kept),
    scopes: draft.scopes.length === 0 ? { code: 'TOO_FEW', limit: 1 } : undefined,
  }
}

const urisOf = (field: UriField, draft: Draft): string[] => draft[field].map((uri) => uri.trim())

/** By the path of each URI. */
function uriFaults(field: UriField, draft: Draft, type: string, kept?: Kept): Faults {
  const uris = hasRedirectUris(type) ? urisOf(field, draft) : []
  const faults = uris.map((uri, index) => {
    const before = uris.slice(0, index)
    return kept?.[field].includes(uri) && !before.includes(uri) ? undefined : redirectUriFault(uri, type, before)
  })
  return Object.fromEntries(faults.map((fault, index) => [`${field}.${index}`, fault]))
}

const fieldsOfQuotas: Readonly<Record<string, UriField>> = {
  redirectUrisPerApp: 'redirectUris',
  postLogoutRedirectUrisPerApp: 'postLogoutRedirectUris',
}

/** What says that there are too many URIs, at their field; any other problem as it is. */
export function problemAtField(problem: Problem | undefined): Problem | undefined {
  const field = fieldsOfQuotas[String(problem?.details.quota)]
  if (!problem || !field) return problem
  const issue = { code: 'TOO_MANY', message: problem.message, limit: Number(problem.details.limit) }
  return { ...problem, issues: { [field]: issue } }
}

/** It as the API takes it; of what may be left out, null empties it. */
export const inputOf = (draft: Draft, type: string) => ({
  name: draft.name.trim(),
  description: draft.description.trim() || null,
  logoUrl: draft.logoUrl.trim() || null,
  homepageUrl: draft.homepageUrl.trim() || null,
  distribution: draft.distribution,
  redirectUris: hasRedirectUris(type) ? urisOf('redirectUris', draft) : undefined,
  postLogoutRedirectUris: hasRedirectUris(type) ? urisOf('postLogoutRedirectUris', draft) : undefined,
  scopes: [...draft.scopes],
})
