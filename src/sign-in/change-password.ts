import { z } from 'zod'
import { attemptSignIn } from '../access/attempts.ts'
import type { Viewer } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { InvalidCredentials, NoLocalPassword } from '../errors.ts'
import { newPassword, parse, refusal } from '../input.ts'
import { passwordForm } from '../text.ts'
import { endOtherSessions } from './own-sessions.ts'
import { hashPassword, verifyPassword } from './passwords.ts'

const passwords = z
  .object({
    currentPassword: z.string().min(1, 'must not be blank').max(1024, 'must have at most 1024 characters'),
    newPassword,
  })
  .refine((input) => input.newPassword !== passwordForm(input.currentPassword), {
    path: ['newPassword'],
    ...refusal({ code: 'UNCHANGED', message: 'must be another than the current one' }),
  })

/**
 * Gives the viewer's local account another password and ends their other sessions. A wrong current
 * password counts as a failed attempt to sign in. Of two changes at the same time one is made.
 *
 * @param address where the attempt comes from.
 * @returns how many sessions ended.
 * @throws {InvalidInput | NoLocalPassword | InvalidCredentials | TooManyAttempts}
 */
export async function changePassword(core: Core, viewer: Viewer, input: unknown, address: string): Promise<number> {
  const { prisma, config, clock } = core
  const { userId } = viewer
  const given = parse(passwords, input)
  const stored = await prisma.passwordCredential.findUnique({ where: { userId }, select: { hash: true } })
  if (!stored) throw new NoLocalPassword()
  await attemptSignIn(core, { email: viewer.email ?? userId, address }, async (count) => {
    if (await verifyPassword(config, stored.hash, given.currentPassword)) return
    count()
    throw wrong()
  })
  const data = { hash: await hashPassword(config, given.newPassword), updatedAt: clock.now() }
  return prisma.$transaction(async (tx) => {
    // First, so that a sign-in with the old password has either begun its session by now or will not begin one.
    const { count } = await tx.passwordCredential.updateMany({ where: { userId, hash: stored.hash }, data })
    if (count === 0) throw wrong()
    return endOtherSessions(core, viewer, { tx })
  })
}

const wrong = () => new InvalidCredentials('This is not your current password.')
