import { assertMay } from '../access/actions.ts'
import { changeAs } from '../access/change-as.ts'
import type { Caller } from '../access/viewer.ts'
import { credentialDistrusted, hasTokens } from '../consequences.ts'
import type { Core } from '../core.ts'
import { InvalidInput, QuotaReached, WrongAppType } from '../errors.ts'
import type { Changed } from '../history/change.ts'
import { newId } from '../ids.ts'
import { readPublicKey } from './public-key.ts'
import { appOfCredential } from './secrets.ts'
import { assertMayOpen, lockApp, publisherOf } from './service.ts'

/**
 * Adds a public key to a SERVICE app.
 *
 * @param text a JWK or PEM.
 * @returns the id of the key.
 * @throws {NotFound | Forbidden | WrongAppType | QuotaReached | InvalidInput}
 */
export async function addAppKey(core: Core, viewer: Caller, appId: string, text: string): Promise<Changed<string>> {
  const organizationId = await publisherOf(core, viewer, appId)
  assertMay(viewer, 'apps:manage', organizationId)
  const { kid, algorithm, jwk } = await readPublicKey(text)
  return changeAs(core, viewer, ['apps:manage', organizationId, appId], async ({ tx, at, record }) => {
    const app = await lockApp(tx, appId)
    if (app.type !== 'SERVICE') throw new WrongAppType('Only apps of type SERVICE have keys.')
    await assertMayOpen(tx, viewer, app)
    const live = await tx.appKey.findMany({ where: { appId, removedAt: null }, select: { kid: true } })
    if (live.some((key) => key.kid === kid))
      throw InvalidInput.at('key', { code: 'DUPLICATE', message: 'is a key of this app already' })
    const limit = core.config.limits.keysPerApp
    if (live.length >= limit) throw new QuotaReached('keysPerApp', limit, 'keys for an app')
    const id = newId()
    await tx.appKey.create({
      data: { id, appId, kid, algorithm, jwk: { ...jwk }, createdAt: at, createdById: viewer.userId },
    })
    record({
      type: 'APP_KEY_ADDED',
      streams: [app.organizationId],
      app,
      changes: [{ field: 'key', before: null, after: kid }],
    })
    return id
  })
}

/**
 * Ends the use of a key at once; for tokens the same holds as for secrets.
 *
 * @throws {NotFound}
 */
export async function removeAppKey(
  core: Core,
  viewer: Caller,
  keyId: string,
  { revokeTokens }: { readonly revokeTokens: boolean },
): Promise<Changed<{ keyId: string; organizationId: string }>> {
  const { id: appId, organizationId } = await appOfCredential(core, viewer, { keyId })
  return changeAs(core, viewer, ['apps:manage', organizationId, appId], async ({ tx, at, record }) => {
    const app = await lockApp(tx, appId)
    const { count } = await tx.appKey.updateMany({ where: { id: keyId, removedAt: null }, data: { removedAt: at } })
    if (count === 0 && !(revokeTokens && (await hasTokens(tx, keyId))))
      return { keyId, organizationId: app.organizationId }
    const { kid } = await tx.appKey.findUniqueOrThrow({ where: { id: keyId } })
    const event = record({
      type: 'APP_KEY_REMOVED',
      streams: [app.organizationId],
      app,
      changes: [
        { field: 'key', before: kid, after: null },
        { field: 'revokeTokens', before: null, after: revokeTokens },
      ],
    })
    if (revokeTokens) await credentialDistrusted(tx, keyId, event, at)
    return { keyId, organizationId: app.organizationId }
  })
}
