import { createHash, randomBytes } from 'node:crypto'
import { assertMay, organizationsWhere } from '../access/actions.ts'
import { changeAs } from '../access/change-as.ts'
import type { Caller } from '../access/viewer.ts'
import { credentialDistrusted, hasTokens } from '../consequences.ts'
import type { Core } from '../core.ts'
import type { App } from '../database/generated/client/client.ts'
import { NotFound, QuotaReached, WrongAppType } from '../errors.ts'
import type { Changed } from '../history/change.ts'
import { newId } from '../ids.ts'
import { assertMayOpen, lockApp, publisherOf } from './service.ts'

/** What is stored instead of a secret: it has 256 random bits, so a fast hash gives nothing away. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/**
 * Makes a further secret for a WEB app; several may be live, so that they can be rotated.
 *
 * @returns the secret itself, which can never be had again, and its id.
 * @throws {NotFound | Forbidden | WrongAppType | QuotaReached}
 */
export async function createAppSecret(
  core: Core,
  viewer: Caller,
  appId: string,
): Promise<Changed<{ secretId: string; secret: string }>> {
  const organizationId = await publisherOf(core, viewer, appId)
  assertMay(viewer, 'apps:manage', organizationId)
  return changeAs(core, viewer, ['apps:manage', organizationId, appId], async ({ tx, at, record }) => {
    const app = await lockApp(tx, appId)
    if (app.type !== 'WEB') throw new WrongAppType('Only apps of type WEB have secrets.')
    await assertMayOpen(tx, viewer, app)
    const limit = core.config.limits.secretsPerApp
    const live = await tx.appSecret.count({ where: { appId, revokedAt: null } })
    if (live >= limit) throw new QuotaReached('secretsPerApp', limit, 'live secrets for an app')
    const secretId = newId()
    const secret = `ghs_${randomBytes(32).toString('base64url')}`
    const hint = secret.slice(-4)
    await tx.appSecret.create({
      data: {
        id: secretId,
        appId,
        hint,
        createdAt: at,
        createdById: viewer.userId,
        hash: { create: { hash: hashSecret(secret) } },
      },
    })
    const changes = [{ field: 'secret', before: null, after: `…${hint}` }]
    record({ type: 'APP_SECRET_CREATED', streams: [app.organizationId], app, changes })
    return { secretId, secret }
  })
}

/**
 * Ends the use of a secret at once. Tokens obtained with it live on unless `revokeTokens` is set,
 * which may also be done later, with a secret that is revoked already.
 *
 * @throws {NotFound}
 */
export async function revokeAppSecret(
  core: Core,
  viewer: Caller,
  secretId: string,
  { revokeTokens }: { readonly revokeTokens: boolean },
): Promise<Changed<{ secretId: string; organizationId: string }>> {
  const { id: appId, organizationId } = await appOfCredential(core, viewer, { secretId })
  return changeAs(core, viewer, ['apps:manage', organizationId, appId], async ({ tx, at, record }) => {
    const app = await lockApp(tx, appId)
    const { count } = await tx.appSecret.updateMany({
      where: { id: secretId, revokedAt: null },
      data: { revokedAt: at },
    })
    if (count === 0 && !(revokeTokens && (await hasTokens(tx, secretId))))
      return { secretId, organizationId: app.organizationId }
    const { hint } = await tx.appSecret.findUniqueOrThrow({ where: { id: secretId } })
    await tx.appSecretHash.deleteMany({ where: { secretId } })
    const event = record({
      type: 'APP_SECRET_REVOKED',
      streams: [app.organizationId],
      app,
      changes: [
        { field: 'secret', before: `…${hint}`, after: null },
        { field: 'revokeTokens', before: null, after: revokeTokens },
      ],
    })
    if (revokeTokens) await credentialDistrusted(tx, secretId, event, at)
    return { secretId, organizationId: app.organizationId }
  })
}

/**
 * The app that a secret or key belongs to. One statement asks for the credential and for the right to see
 * it, so a foreign one costs what one costs that never existed.
 *
 * @throws {NotFound} also for everybody but admins of its publisher: secrets and keys are part of no card.
 */
export async function appOfCredential(
  { prisma }: Core,
  viewer: Caller,
  credential: { readonly secretId: string } | { readonly keyId: string },
): Promise<App> {
  const owner =
    'secretId' in credential
      ? { secrets: { some: { id: credential.secretId } } }
      : { keys: { some: { id: credential.keyId } } }
  const organizationId = { in: organizationsWhere(viewer, 'apps:see') }
  const app = await prisma.app.findFirst({ where: { ...owner, organizationId } })
  if (!app) throw new NotFound()
  return app
}
