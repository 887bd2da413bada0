import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Core } from '../../core.ts'
import { browserCredential } from '../../sign-in/authenticate.ts'
import { accountId, epoch } from '../engine/ids.ts'

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

/**
 * Puts the browser's one session, the product's own, in place of the engine's. The engine then has none
 * that could outlive or contradict it, and neither cookie nor row for it.
 */
export function useBrowserSessions(provider: Provider, core: Core): void {
  const { Session } = provider
  Object.assign(Session, {
    async get(ctx: KoaContextWithOIDC) {
      const signedIn = await signedInBy(core, ctx.req.headers.cookie)
      const session = new (Session as unknown as new (payload?: object) => InstanceType<typeof Session>)(
        signedIn
          ? {
              jti: signedIn.sessionId,
              uid: signedIn.sessionId,
              accountId: accountId(signedIn.userId),
              loginTs: epoch(signedIn.since),
            }
          : undefined,
      )
      // As after a sign-out: the engine then neither stores the session nor sets a cookie for it.
      Object.assign(session, { destroyed: true })
      ctx.oidc.entity('Session', session)
      return session
    },
  })
}
