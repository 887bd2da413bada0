import { isOffered } from '../../apps/rules.ts'
import type { Core } from '../../core.ts'
import { newId } from '../../ids.ts'
import { intersection, without } from '../../scopes.ts'
import { findGrantStanding } from '../../tokens/standing.ts'
import { isSuspended } from '../../tokens/worth.ts'
import { engineGrantId, readAccountId, readClientId, readOrganizationId } from '../engine/ids.ts'
import { type EngineContext, type EngineGrant, interactionPolicy } from '../engine/oidc.ts'
import { approvedOf, readPlace, statusOf } from '../storage/approval-state.ts'
import { isNative } from '../storage/clients.ts'
import { assertWorksFor } from '../storage/codes.ts'
import { type Authorization, isMeant } from './authorizations.ts'

/** Requests whose user has first to be asked about the organization: which one, or its approval. */
const unsettled = new WeakSet<EngineContext>()

/** Whether the custom prompt between sign-in and consent is due. */
export const isUnsettled = (ctx: EngineContext): boolean => unsettled.has(ctx)

/**
 * The grant that an authorization request can go on with, with a family of its own, or undefined: then
 * the engine asks the user. What the organization withholds counts as asked and refused.
 */
export async function loadExistingGrant(core: Core, ctx: EngineContext): Promise<EngineGrant | undefined> {
  const { oidc } = ctx
  const userId = readAccountId(oidc.session?.accountId)
  const appId = readClientId(oidc.client?.clientId)
  if (!userId || !appId) return undefined
  const wanted = [...oidc.requestParamScopes]
  const agreedTo = oidc.result?.consent?.grantId
  if (agreedTo) {
    // What was agreed to on the page a moment ago; meanwhile the app can have been disabled, or worse.
    const standing = await findGrantStanding(core.prisma, agreedTo, core.clock.now())
    if (standing?.app.id !== appId || standing.user?.id !== userId) return undefined
    assertWorksFor(standing, wanted)
    return makeGrant(ctx, engineGrantId(agreedTo, newId()), standing.worth(wanted), wanted)
  }

  const named = readOrganizationId(oidc.params?.organization_id as string | undefined)
  // The app can have been narrowed since the request came in.
  const mayAsk = oidc.client?.scope?.split(' ') ?? []
  const found = await findGranted(core, { appId, userId, named, wanted: intersection(wanted, mayAsk) })
  if (found === 'unsettled') unsettled.add(ctx)
  else if (found) return makeGrant(ctx, engineGrantId(found.grantId, newId()), found.approved, wanted)
  return undefined
}

interface Wish {
  readonly appId: string
  readonly userId: string
  /** The organization that the request names, a UUID. */
  readonly named: string | undefined
  readonly wanted: readonly string[]
}

/**
 * What the user has granted before, where that is all that the organization approves of; `unsettled` where
 * they have first to choose one, or it to approve.
 */
async function findGranted(
  core: Core,
  { wanted, ...wish }: Wish,
): Promise<{ grantId: string; approved: string[] } | 'unsettled' | undefined> {
  const { appId, userId } = wish
  const organizationId = await organizationOf(core, wish)
  const place = organizationId && (await readPlace(core.prisma, { appId, organizationId, userId }, core.clock.now()))
  if (!place || statusOf(place, wanted) !== 'ready') return 'unsettled'
  const approved = approvedOf(place, wanted)
  const isAll = place.grantId && without(approved, place.granted).length === 0
  return isAll && place.grantId ? { grantId: place.grantId, approved } : undefined
}

/** Whether a parked request needs nothing but to know who signed in. The engine then answers the app at once. */
export async function isAnsweredSilently(core: Core, authorization: Authorization, userId: string): Promise<boolean> {
  const { app, interaction, named, wanted, deviceHash } = authorization
  if (interaction.prompt.name !== 'login' || deviceHash) return false
  if (!isMeant(authorization, userId) || isNative(app)) return false
  const prompts = String(interaction.params.prompt ?? '').split(' ')
  if (prompts.includes('consent')) return false
  const found = await findGranted(core, { appId: app.id, userId, named, wanted })
  return found !== undefined && found !== 'unsettled'
}

function makeGrant(
  { oidc }: EngineContext,
  jti: string,
  granted: readonly string[],
  wanted: readonly string[],
): EngineGrant {
  const grant = new oidc.provider.Grant({
    accountId: oidc.session?.accountId,
    clientId: oidc.client?.clientId,
  })
  grant.jti = jti
  grant.addOIDCScope(intersection(wanted, granted).join(' '))
  const withheld = without(wanted, granted)
  if (withheld.length > 0) grant.rejectOIDCScope(withheld.join(' '))
  return grant
}

/**
 * The organization that a request is for without the user being asked: the one that it names or, where
 * it names none, the only one in which the user has granted the app something. It must be one that
 * the user belongs to and the app works in.
 */
async function organizationOf(core: Core, { appId, userId, named }: Omit<Wish, 'wanted'>): Promise<string | undefined> {
  const app = await core.prisma.app.findUniqueOrThrow({ where: { id: appId } })
  const grants = named
    ? [{ organizationId: named }]
    : await core.prisma.grant.findMany({ where: { appId, userId }, select: { organizationId: true }, take: 2 })
  const [only, ...others] = grants
  if (!only || others.length > 0) return undefined
  const { organizationId } = only
  const membership = await core.prisma.membership.findUnique({
    where: { organizationId_userId: { organizationId, userId } },
    select: { id: true },
  })
  return membership && isOffered(app, organizationId) && !isSuspended(app, organizationId) ? organizationId : undefined
}

/** The prompts of an authorization, in their order: sign in, settle the organization, consent. */
export function promptPolicy() {
  const { base, Prompt, Check } = interactionPolicy
  const policy = base()
  const organization = new Prompt(
    { name: 'organization', requestable: false },
    new Check(
      'organization_unsettled',
      'the user has to choose an organization, or its admins have to approve the app',
      'interaction_required',
      (ctx) => isUnsettled(ctx) && !ctx.oidc.result?.consent,
    ),
  )
  policy.add(organization, 1)
  // Zero is the same as `prompt=login` (OpenID Connect Core section 3.1.2.1), but for the engine, a session of this
  // second is no older than that.
  policy.get('login')?.checks.add(
    new Check('max_age', 'End-User authentication could not be obtained', 'login_required', ({ oidc }) => {
      return Number(oidc.params?.max_age ?? 1) === 0 && !oidc.result?.login
    }),
  )
  return policy
}
