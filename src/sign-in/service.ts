import { z } from 'zod'
import { attemptSignIn } from '../access/attempts.ts'
import { loadViewer } from '../access/load-viewers.ts'
import type { Viewer } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { emailAddress } from '../email.ts'
import { InvalidCredentials, Unauthenticated } from '../errors.ts'
import { parse, typedAddress } from '../input.ts'
import { verifyPassword } from './passwords.ts'
import { issueToken } from './session-tokens.ts'
import { type SessionStart, startTokenSession } from './sessions.ts'

/** Whose password was right, and the hash that it was checked against. */
export interface PasswordProof {
  readonly userId: string
  readonly passwordHash: string
}

export interface SignIn {
  readonly token: string
  readonly expiresAt: Date
  readonly viewer: Viewer
}

const credentials = z.object({
  email: typedAddress,
  password: z.string().min(1, 'must not be blank').max(1024, 'must have at most 1024 characters'),
})

/**
 * Checks e-mail address and password of a local account. An unknown address takes as long as a wrong
 * password and is answered the same.
 *
 * @param address where the attempt comes from.
 * @throws {InvalidInput | InvalidCredentials | TooManyAttempts}
 */
export async function checkPassword(core: Core, input: unknown, address: string): Promise<PasswordProof> {
  const { email, password } = parse(credentials, input)
  return attemptSignIn(core, { email, address }, async (wrong) => {
    const account = await findAccount(core, email)
    const passwordHash = account?.password?.hash
    const matches = await verifyPassword(core.config, passwordHash, password)
    if (account && passwordHash !== undefined && matches) return { userId: account.id, passwordHash }
    wrong()
    throw new InvalidCredentials()
  })
}

/** The account with the address as it was typed, or else with the form of that. */
async function findAccount({ prisma }: Core, typed: string) {
  const forms = [typed, typed.normalize('NFC'), typed.normalize('NFD'), emailAddress(typed) ?? typed]
  const accounts = await prisma.user.findMany({
    where: { email: { in: [...new Set(forms)] } },
    select: { id: true, email: true, password: { select: { hash: true } } },
  })
  return forms.flatMap((form) => accounts.find(({ email }) => email === form) ?? [])[0]
}

/**
 * Signs in to the API: a JWT that lives as long as its session, at most `durations.signInToken`.
 *
 * @throws {InvalidInput | InvalidCredentials | TooManyAttempts}
 */
export async function signIn(
  core: Core,
  input: unknown,
  origin: SessionStart & { readonly address: string },
): Promise<SignIn> {
  const { userId, passwordHash } = await checkPassword(core, input, origin.address)
  const session = await startTokenSession(core, userId, { ...origin, passwordHash })
  const viewer = await loadViewer(core, session)
  if (!viewer) throw new Unauthenticated()
  return { token: await issueToken(core, userId, session), expiresAt: session.expiresAt, viewer }
}

/**
 * Ends the viewer's session or, `everywhere`, all of the user's. Every JWT and cookie of it is dead from then on.
 *
 * @returns how many sessions ended.
 */
export async function signOut(core: Core, viewer: Viewer, everywhere = false): Promise<number> {
  const where = everywhere ? { userId: viewer.userId } : { id: viewer.sessionId }
  return (await core.prisma.session.deleteMany({ where })).count
}
