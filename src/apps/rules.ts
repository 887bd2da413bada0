import { z } from 'zod'
import type { Config } from '../config.ts'
import type { App, AppType, Distribution } from '../database/generated/client/client.ts'
import type { FieldChange } from '../feed/change.ts'
import { distinct, line, link, prose } from '../input.ts'
import { scopesOfCatalogue } from '../scopes.ts'

/** What the type stands for: OBO apps act for a user, APP_AUTH apps as themselves. */
export const authorizationKind = (type: AppType): 'OBO' | 'APP_AUTH' => (type === 'SERVICE' ? 'APP_AUTH' : 'OBO')

export const hasRedirectUris = (type: AppType): boolean => type === 'WEB' || type === 'PUBLIC'

/** Whether the publisher keeps the app from working in this organization. Tokens sleep, they do not die. */
export function isSuspended(
  app: Pick<App, 'status' | 'distribution' | 'organizationId'>,
  organizationId: string,
): boolean {
  return app.status === 'DISABLED' || (app.distribution === 'INTERNAL' && app.organizationId !== organizationId)
}

/** Whether apps of this distribution are offered to an organization at all. */
export const isOffered = (app: Pick<App, 'distribution' | 'organizationId'>, organizationId: string): boolean =>
  app.distribution === 'EXTERNAL' || app.organizationId === organizationId

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/

/** What is wrong with a redirect URI for an app of this type; undefined where nothing is. */
export function redirectUriProblem(uri: string, type: AppType): string | undefined {
  if (uri.length > 2000) return 'must have at most 2000 characters'
  if (!/^[\x21-\x7e]+$/.test(uri) || /[\\<>"^`{|}]/.test(uri)) return 'must be a URI of plain characters'
  if (uri.includes('#')) return 'must not have a fragment'
  if (uri.includes('*')) return 'must not have a wildcard: redirect URIs are compared exactly'
  if (!URL.canParse(uri)) return 'must be an absolute URI'
  const { protocol, hostname, username, password } = new URL(uri)
  // The parser would read `https:host` as if it had the slashes.
  if (/^https?:(?!\/\/[^/])/i.test(uri)) return 'must be an absolute URI'
  if (username || password) return 'must not carry a user name or password'
  if (protocol === 'https:') return undefined
  if (protocol === 'http:') return loopback.test(hostname) ? undefined : 'must be https, unless it is on loopback'
  // RFC 8252 section 7.1: a private-use scheme is a domain name in reverse, so it has a dot.
  if (type === 'PUBLIC' && protocol.includes('.')) return undefined
  return type === 'PUBLIC'
    ? 'must be https, http on loopback, or a private-use scheme such as com.example.app:/callback'
    : 'must be https, or http on loopback'
}

/** What an app can be created with or edited to. */
export function appFields(config: Config, type: AppType) {
  const redirectUris = distinct(
    z.string().superRefine((uri, context) => {
      const message = redirectUriProblem(uri, type)
      if (message) context.addIssue({ code: 'custom', message })
    }),
  )
  return z.object({
    name: line(100),
    description: prose(2000),
    logoUrl: link,
    homepageUrl: link,
    distribution: z.custom<Distribution>((value) => value !== null, 'cannot be emptied'),
    redirectUris: hasRedirectUris(type)
      ? redirectUris.min(1, 'an app of this type needs at least one redirect URI')
      : z.array(z.string(), 'cannot be emptied').max(0, `apps of type ${type} have no redirect URIs`),
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
