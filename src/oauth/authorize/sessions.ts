import type { Core } from '../../core.ts'
import { browserCredential } from '../../sign-in/authenticate.ts'

/** Who is signed in in a browser, since when, and by which session. */
export interface SignedIn {
  readonly sessionId: string
  readonly userId: string
  readonly since: Date
}

/** The user whom a Cookie header signs in; null where it signs in nobody. */
export async function signedInBy(core: Core, cookie: string | undefined): Promise<SignedIn | null> {
  const { sessionId } = (await browserCredential(core, cookie)) ?? {}
  const session =
    sessionId &&
    (await core.prisma.session.findUnique({ where: { id: sessionId }, select: { userId: true, createdAt: true } }))
  return sessionId && session ? { sessionId, userId: session.userId, since: session.createdAt } : null
}
