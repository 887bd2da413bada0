import { randomBytes } from 'node:crypto'
import type { Core } from '../../core.ts'
import type { DeviceCode } from '../../database/generated/client/client.ts'
import { epoch } from '../engine/ids.ts'
import { newInteraction } from '../engine/internals.ts'
import type { Provider } from '../engine/oidc.ts'
import { hashUserCode } from '../storage/derive.ts'
import type { DeviceContext } from '../storage/device-codes.ts'
import { noteOwner } from '../storage/records.ts'
import { bindingOf } from './authorizations.ts'
import type { DeviceOrigin } from './pages/steps.ts'

/**
 * A user code as it was typed, in the form in which it is compared: the case of letters, an input method's full width,
 * and whatever stands between them are forgiven (RFC 8628 section 6.1).
 */
export const normalizeUserCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')

/** As people read it: `BCDFGHJK` → `BCDF-GHJK`. */
const legible = (code: string): string => code.replace(/^(.{4})(.{4})$/, '$1-$2')

export type Found =
  | { readonly row: DeviceCode; readonly device: DeviceOrigin }
  | { readonly problem: 'unknown' | 'expired' | 'used' }

export async function findByUserCode({ config, prisma, clock }: Core, typed: string): Promise<Found> {
  const userCode = normalizeUserCode(typed)
  const row = await prisma.deviceCode.findUnique({ where: { userCodeHash: hashUserCode(config, userCode) } })
  if (!row) return { problem: 'unknown' }
  if (row.expiresAt <= clock.now()) return { problem: 'expired' }
  if (row.familyId || row.error) return { problem: 'used' }
  return { row, device: originOf(row, legible(userCode)) }
}

function originOf({ context, createdAt }: Pick<DeviceCode, 'context' | 'createdAt'>, userCode: string): DeviceOrigin {
  const { address, userAgent } = context as unknown as DeviceContext
  return { userCode, address, userAgent, askedAt: createdAt }
}

/** Where a device asked from, for the page on which its user decides; null where it is gone. */
export async function deviceOrigin(
  { prisma }: Core,
  hash: string,
  params: Readonly<Record<string, unknown>>,
): Promise<DeviceOrigin | null> {
  const row = await prisma.deviceCode.findUnique({ where: { hash }, select: { context: true, createdAt: true } })
  return row && originOf(row, String(params.user_code ?? ''))
}

/** Refuses a device what it asks for; `ended` where that was decided already, or is gone. */
export async function refuseDevice({ prisma }: Core, hash: string): Promise<'refused' | 'ended'> {
  const where = { hash, familyId: null, error: null }
  const { count } = await prisma.deviceCode.updateMany({ where, data: { error: 'access_denied' } })
  return count === 1 ? 'refused' : 'ended'
}

/** How a device's request ended, for who decides about it once more. */
export async function endOfDevice({ prisma }: Core, hash: string): Promise<'done' | 'refused' | 'ended'> {
  const row = await prisma.deviceCode.findUnique({ where: { hash }, select: { familyId: true, error: true } })
  return row?.familyId ? 'done' : row?.error ? 'refused' : 'ended'
}

/**
 * Parks the device's request in the browser in which its code was confirmed, until the device code
 * runs out.
 *
 * @returns the uid of its page.
 */
export async function park(
  core: Core,
  provider: Provider,
  { row, device }: Extract<Found, { row: DeviceCode }>,
  { formToken, userId }: { readonly formToken: string; readonly userId: string },
): Promise<string> {
  const { config, clock, prisma } = core
  const uid = randomBytes(16).toString('base64url')
  const { params } = row.context as unknown as DeviceContext
  const interaction = newInteraction(provider, uid, {
    returnTo: `${config.publicUrl}/oauth/device`,
    prompt: { name: 'organization', reasons: [], details: {} },
    params: { ...params, user_code: device.userCode },
    deviceCode: row.hash,
    cid: bindingOf(formToken),
    trusted: [],
  })
  await interaction.save(epoch(row.expiresAt) - epoch(clock.now()))
  await noteOwner(core, { uid }, userId, true)
  // The network that the device asked from gets its place back.
  await prisma.deviceCode.updateMany({ where: { hash: row.hash }, data: { network: null } })
  return uid
}
