import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import type { Core } from '../../core.ts'
import type { App } from '../../database/generated/client/client.ts'
import { intersection } from '../../scopes.ts'
import { accountId, readClientId, readOrganizationId } from '../engine/ids.ts'
import { parJtiOf } from '../engine/internals.ts'
import type { Interaction, Provider } from '../engine/oidc.ts'
import { beginningOf, noteOwner } from '../storage/records.ts'

/** What the user has said on the page so far. */
export interface Said {
  /** Which organization (a UUID). */
  readonly organizationId?: string
  /** To go on with what is approved, without asking for the rest. */
  readonly goesOn?: boolean
  /** What the page of consent showed: agreement is to that, and to nothing that came later. */
  readonly shown?: readonly string[]
  /** The user to whom it was shown, a UUID: several can use one browser. */
  readonly shownTo?: string
}

/** An authorization request that waits for its user. It lives in the database, so it survives a restart. */
export interface Authorization {
  readonly uid: string
  readonly interaction: Interaction
  readonly app: App & { readonly organization: { readonly name: string } }
  /** What the app asks for, as far as it still may. */
  readonly wanted: readonly string[]
  /** The organization that the request itself names, a UUID. */
  readonly named: string | undefined
  /** The `sub` of the user whom the app wants and nobody else (`id_token_hint`). */
  readonly meant: string | undefined
  readonly said: Said
  /** For a device: the hash of its device code. */
  readonly deviceHash: string | undefined
}

/** @returns null where it is not (any more), or not this browser's. */
export async function findAuthorization(
  core: Core,
  provider: Provider,
  uid: string,
  browser: { readonly cookieUid: string | undefined; readonly formToken: string | undefined },
): Promise<Authorization | null> {
  const interaction = await provider.Interaction.find(uid)
  if (!interaction) return null
  const { deviceCode, cid, params, lastSubmission = {} } = interaction
  // The link alone proves nothing. The page of a device is bound to the browser in which its code was
  // confirmed, any other page to the browser that the app sent here.
  const isOurs = deviceCode
    ? browser.formToken !== undefined && cid === bindingOf(browser.formToken)
    : browser.cookieUid === uid
  const appId = readClientId(params.client_id as string | undefined)
  const app =
    isOurs && appId
      ? await core.prisma.app.findUnique({
          where: { id: appId },
          include: { organization: { select: { name: true } } },
        })
      : null
  if (!app) return null
  return {
    uid,
    interaction,
    app,
    wanted: intersection(String(params.scope ?? '').split(' '), app.scopes),
    named: readOrganizationId(params.organization_id as string | undefined),
    // The engine verified it when the request came in, and looks at it no more.
    meant: typeof params.id_token_hint === 'string' ? decodeJwt(params.id_token_hint).sub : undefined,
    said: lastSubmission as Said,
    deviceHash: deviceCode,
  }
}

/** Whether the app wants this user, or just anybody. */
export const isMeant = ({ meant }: Authorization, userId: string): boolean =>
  meant === undefined || meant === accountId(userId)

/**
 * Whether the app may still be answered where it asked to be. The engine looks at that when a request comes
 * in; its redirect URIs can have changed while it was parked. A device has none.
 */
export async function leadsToApp(
  provider: Provider,
  { params, deviceCode }: Pick<Interaction, 'params' | 'deviceCode'>,
): Promise<boolean> {
  if (deviceCode) return true
  const client = await provider.Client.find(String(params.client_id))
  return client?.redirectUriAllowed(String(params.redirect_uri)) ?? false
}

/** What an authorization remembers of the browser that it belongs to. */
export const bindingOf = (formToken: string): string => createHash('sha256').update(formToken).digest('base64url')

/** Remembers what the user said. */
export async function remember({ interaction }: Authorization, said: Said): Promise<void> {
  interaction.lastSubmission = { ...said }
  await interaction.persist()
}

/** Notes that this user is there, who is signed in: the request is theirs, no matter which network began it. */
export const greet = (core: Core, { interaction }: Authorization, userId: string): Promise<void> =>
  noteOwner(core, { uid: interaction.uid, parJti: parJtiOf(interaction) }, userId, false)

/** Notes that this user pressed a button, so that nothing but buttons they press can take the place of the request. */
export const engage = (core: Core, { interaction }: Authorization, userId: string): Promise<void> =>
  noteOwner(core, { uid: interaction.uid, parJti: parJtiOf(interaction) }, userId, true)

/** Lets a request of which its user was asked something wait as long as any. */
export async function holdOn(authorization: Authorization): Promise<void> {
  const { prompt, lastSubmission } = authorization.interaction
  if (prompt.name === 'login' && !lastSubmission) await remember(authorization, {})
}

/**
 * Which authorization's cookie a browser brings, where it is one of ours: that of the page, or that with which it comes
 * back from there to the engine.
 */
export function cookieUid(
  provider: Provider,
  name: 'interaction' | 'resume',
  ...request: Parameters<Provider['createContext']>
): string | undefined {
  const { cookies } = provider.createContext(...request)
  return cookies.get(provider.cookieName(name), { signed: true })
}

/**
 * Whether the app wants to be sure that the user is there (`prompt=login`, `max_age`), and the sign-in
 * is older than its request.
 */
export async function needsFreshSignIn(
  core: Core,
  { interaction }: Authorization,
  signedInSince: Date,
): Promise<boolean> {
  const { prompt, uid } = interaction
  const reasons = ['login_prompt', 'max_age']
  if (prompt?.name !== 'login' || !prompt.reasons.some((reason) => reasons.includes(reason))) return false
  // The engine knows whole seconds only, and most who sign in ask for something in the same second.
  const begun = await beginningOf(core, uid)
  return begun === undefined || signedInSince < begun
}
