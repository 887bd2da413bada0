import type { Viewer } from '../../access/viewer.ts'
import type { Core } from '../../core.ts'
import type { Prisma } from '../../database/generated/client/client.ts'
import { newId } from '../../ids.ts'
import { accountId, epoch } from '../engine/ids.ts'
import { answerInteraction } from '../engine/internals.ts'
import type { Interaction } from '../engine/oidc.ts'
import type { DeviceContext } from '../storage/device-codes.ts'
import { beginFamily } from '../storage/families.ts'
import { decide } from '../storage/records.ts'
import type { Authorization } from './authorizations.ts'
import { consent } from './consent.ts'
import { refuseDevice } from './devices.ts'
import type { SignedIn } from './sessions.ts'

/** Where an authorization ends: back at the app, or, for a device, at a last page; `decided` where the user decided otherwise before. */
export type Outcome = { readonly returnTo: string } | { readonly device: 'done' | 'refused' | 'ended' } | 'decided'

/**
 * Grants what the user agreed to. A device can fetch its tokens from then on; any other app is
 * answered when the browser follows `returnTo`.
 *
 * @throws {NotFound | AppDisabled | Forbidden}
 */
export async function grant(
  core: Core,
  viewer: Viewer,
  authorization: Authorization,
  { organizationId, agreed, signedIn }: { organizationId: string; agreed: readonly string[]; signedIn: SignedIn },
): Promise<Outcome> {
  const { app, interaction, deviceHash } = authorization
  const place = { appId: app.id, organizationId }
  if (!deviceHash) {
    const grantId = await consent(core, viewer, place, agreed, async ({ tx }) => {
      if (!(await decide(core, tx, interaction.uid, 'grant'))) throw new DecidedOtherwise()
    }).catch((error) => {
      if (!(error instanceof DecidedOtherwise)) throw error
    })
    if (!grantId) return 'decided'
    const login = { accountId: accountId(viewer.userId), ts: epoch(signedIn.since) }
    return answer(interaction, { login, consent: { grantId } }, signedIn)
  }
  const familyId = newId()
  const isOurs = await consent(core, viewer, place, agreed, async ({ tx, at }, grantId) => {
    const code = await tx.deviceCode.findUnique({ where: { hash: deviceHash } })
    if (!code) throw new DeviceGone()
    const { params } = code.context as unknown as DeviceContext
    await beginFamily(core, tx, { grantId, familyId }, at, params.resource)
    const context = { ...(code.context as object), authTime: epoch(signedIn.since) } as Prisma.InputJsonObject
    // Of two that decide about one device, one wins.
    const { count } = await tx.deviceCode.updateMany({
      where: { hash: deviceHash, familyId: null, error: null, expiresAt: { gt: at } },
      data: { familyId, scopes: [...agreed], context },
    })
    if (count === 0) throw new DeviceGone()
  }).catch((error) => {
    if (!(error instanceof DeviceGone)) throw error
  })
  await interaction.destroy()
  return { device: isOurs ? 'done' : 'ended' }
}

/** The device no longer waits: its code has expired, or somebody decided about it. Then nothing is granted. */
class DeviceGone extends Error {}

/** The user refused at the same moment, and was faster. Then nothing is granted. */
class DecidedOtherwise extends Error {}

/** Answers the app with an error; a device always `access_denied`. */
export async function refuse(
  core: Core,
  { interaction, deviceHash }: Authorization,
  error: { readonly error: string; readonly error_description: string },
): Promise<Outcome> {
  if (!deviceHash) {
    return (await decide(core, core.prisma, interaction.uid, 'refuse')) ? answer(interaction, error) : 'decided'
  }
  const device = await refuseDevice(core, deviceHash)
  await interaction.destroy()
  return { device }
}

/** Answers only that the user signed in: what else stands between them and the app, the request is asked anew. */
export const signedInAs = ({ interaction }: Authorization, signedIn: SignedIn): Promise<Outcome> =>
  answer(interaction, { login: { accountId: accountId(signedIn.userId), ts: epoch(signedIn.since) } }, signedIn)

async function answer(interaction: Interaction, result: Record<string, unknown>, by?: SignedIn): Promise<Outcome> {
  await answerInteraction(interaction, result, by?.sessionId)
  return { returnTo: new URL(interaction.returnTo).pathname }
}

/**
 * Lets the device learn what becomes of the install request that its user waits for; null where they no
 * longer wait for it.
 */
export async function noteWaiting(
  { prisma }: Core,
  { deviceHash }: Authorization,
  waiting: DeviceContext['waiting'] | null,
): Promise<void> {
  if (!deviceHash) return
  const noted = JSON.stringify(waiting ? { waiting } : {})
  await prisma.$executeRaw`
    UPDATE "DeviceCode" SET "context" = ("context" - 'waiting') || ${noted}::jsonb WHERE "hash" = ${deviceHash}`
}
