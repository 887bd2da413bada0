import { z } from 'zod'
import type { Config } from '../config/config.ts'
import { isLocalhost, namesLoopback } from '../config/networks.ts'
import type { App, AppType, Distribution } from '../database/generated/client/client.ts'
import type { Fault } from '../errors.ts'
import type { FieldChange } from '../history/change.ts'
import { distinct, line, link, prose, refusal } from '../input.ts'
import { scopesOfCatalogue } from '../scopes.ts'

/** OBO apps act for a user, APP_AUTH apps as themselves. */
export const authorizationKind = (type: AppType): 'OBO' | 'APP_AUTH' => (type === 'SERVICE' ? 'APP_AUTH' : 'OBO')

export const hasRedirectUris = (type: AppType): boolean => type === 'WEB' || type === 'PUBLIC'

/** Whether apps of this distribution are offered to an organization at all. */
export const isOffered = (app: Pick<App, 'distribution' | 'organizationId'>, organizationId: string): boolean =>
  app.distribution === 'EXTERNAL' || app.organizationId === organizationId

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/

/**
 * The fault of a redirect URI for an app of this type; undefined where the URI is good.
 *
 * @param privateUseSchemes the schemes without a dot that the configuration allows.
 */
export function redirectUriProblem(
  uri: string,
  type: AppType,
  privateUseSchemes: readonly string[],
): Fault | undefined {
  if (uri === '') return { code: 'REQUIRED', message: 'must not be blank' }
  if (uri.length > 2000) return { code: 'TOO_LONG', message: 'must have at most 2000 characters', limit: 2000 }
  if (!/^[\x21-\x7e]+$/.test(uri) || /[\\<>"^`{|}]/.test(uri)) {
    return { code: 'NOT_ESCAPED', message: 'must be a URI of plain characters' }
  }
  if (uri.includes('#')) return { code: 'HAS_FRAGMENT', message: 'must not have a fragment' }
  if (uri.includes('*')) {
    return { code: 'HAS_WILDCARD', message: 'must not have a wildcard: redirect URIs are compared exactly' }
  }
  // The parser would read `https:host` as if it had the slashes.
  if (!URL.canParse(uri) || /^https?:(?!\/\/[^/])/i.test(uri)) {
    return { code: 'NOT_AN_ABSOLUTE_URI', message: 'must be an absolute URI' }
  }
  const { username, password } = new URL(uri)
  if (username || password) return { code: 'HAS_USER_INFO', message: 'must not carry a user name or password' }
  return schemeProblem(new URL(uri), type, privateUseSchemes)
}

function schemeProblem(
  { protocol, hostname }: URL,
  type: AppType,
  privateUseSchemes: readonly string[],
): Fault | undefined {
  if (protocol === 'https:') {
    // The engine takes no native app that is https on an address of loopback, either.
    if (!(type === 'PUBLIC' ? namesLoopback(hostname) : isLocalhost(hostname))) return undefined
    return { code: 'HTTPS_ON_LOOPBACK', message: 'must be http where it is on loopback' }
  }
  if (protocol === 'http:') {
    if (loopback.test(hostname)) return undefined
    return { code: 'SCHEME_NOT_ALLOWED', message: 'must be https, unless it is on loopback' }
  }
  if (type !== 'PUBLIC') return { code: 'SCHEME_NOT_ALLOWED', message: 'must be https, or http on loopback' }
  // RFC 8252 section 7.1: a private-use scheme is a domain name in reverse, so it has a dot.
  if (protocol.includes('.') || privateUseSchemes.includes(protocol.slice(0, -1))) return undefined
  const message = 'must be https, http on loopback, or a private-use scheme such as com.example.app:/callback'
  return { code: 'SCHEME_WITHOUT_DOT', message }
}

/**
 * Whether a URI is one of those that an app registered: exactly, except for the port of an http loopback URI of a
 * PUBLIC app (RFC 8252 section 7.3).
 */
export function isRegistered(uri: string, registered: readonly string[], type: AppType): boolean {
  if (registered.includes(uri)) return true
  const plain = type === 'PUBLIC' ? withoutLoopbackPort(uri) : undefined
  return plain !== undefined && registered.some((one) => withoutLoopbackPort(one) === plain)
}

/** Undefined for what is no http URI on loopback. Only the port is taken out: all else is compared as it is written. */
function withoutLoopbackPort(uri: string): string | undefined {
  const [, host, rest] = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?((?:[/?][^#]*)?)$/.exec(uri) ?? []
  // Of the ports that have five digits, some are none.
  return host !== undefined && URL.canParse(uri) ? `${host}${rest}` : undefined
}

type UriLists = Pick<App, 'redirectUris' | 'postLogoutRedirectUris'>

/**
 * The fields that an app can be created with or edited to.
 *
 * @param before the app as it is. Its URIs are not judged again: they were registered under the rules of their time.
 */
export function appFields(
  config: Config,
  type: AppType,
  before: UriLists = { redirectUris: [], postLogoutRedirectUris: [] },
) {
  const uris = (kept: readonly string[]) =>
    distinct(
      z.string().superRefine((uri, context) => {
        const fault = kept.includes(uri) ? undefined : redirectUriProblem(uri, type, config.privateUseSchemes)
        if (fault) context.addIssue({ code: 'custom', ...refusal(fault) })
      }),
    )
  const noUris = z
    .array(z.string(), 'cannot be emptied')
    .refine(
      (uris) => uris.length === 0,
      refusal({ code: 'NOT_APPLICABLE', message: `apps of type ${type} have no redirect URIs` }),
    )
  return z.object({
    name: line(100),
    description: prose(2000),
    logoUrl: link,
    homepageUrl: link,
    distribution: z.custom<Distribution>(
      (value) => value !== null,
      refusal({ code: 'REQUIRED', message: 'cannot be emptied' }),
    ),
    redirectUris: hasRedirectUris(type)
      ? uris(before.redirectUris).min(1, 'an app of this type needs at least one redirect URI')
      : noUris,
    postLogoutRedirectUris: hasRedirectUris(type) ? uris(before.postLogoutRedirectUris) : noUris,
    scopes: scopesOfCatalogue(config.scopes),
  })
}

export type AppFields = z.output<ReturnType<typeof appFields>>

/** Which of the fields differ, in the form that events keep. */
export function changesOf(before: AppFields, after: Partial<AppFields>): FieldChange[] {
  return (Object.keys(after) as (keyof AppFields)[])
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }))
}

/** Of an app's changes, those that other organizations may learn of. */
export const visibleOutside = ({ field }: FieldChange): boolean =>
  ['name', 'description', 'logoUrl', 'scopes'].includes(field)
