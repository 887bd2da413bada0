import { assertMay } from '../access/actions.ts'
import type { Caller } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import type { Event } from '../database/generated/client/client.ts'
import { NotFound } from '../errors.ts'
import type { Actor } from '../history/change.ts'
import { without } from '../scopes.ts'
import { approvalIn, approvedBy } from '../tokens/approval.ts'
import { findStanding, hashToken, type Standing } from '../tokens/standing.ts'

/** A token that exists, in whatever condition. */
export interface ExistingToken extends Standing {
  readonly lastUsedAt: Date | null
  /** Of the recorded scopes, those that each of the other three lists lacks. */
  readonly lacking: {
    readonly grant: readonly string[]
    /** None in a personal organization, which approves nothing. */
    readonly approval: readonly string[]
    readonly app: readonly string[]
  }
}

/** A token that was ended before it expired. */
export interface EndedToken {
  readonly endedAt: Date
  readonly appId: string | null
  /** Whether the app itself gave it back (RFC 7009), which is no event. */
  readonly givenBack: boolean
  /** What ended it, where that stands in the organization's own history. */
  readonly event: Event | null
  /** Null where it was given back, and where that history is gone. */
  readonly eventType: Event['type'] | null
  readonly actor: Actor | null
}

/**
 * Tells an admin of the organization how a token of it stands, or what ended it. Every other token is
 * as one that was never issued, and costs the same statements. The token itself goes no further than
 * its hash.
 *
 * @throws {NotFound} also for tokens of other organizations, and where it would have expired by now.
 * @throws {Forbidden}
 */
export async function explainToken(
  core: Core,
  viewer: Caller,
  organizationId: string,
  token: string,
): Promise<ExistingToken | EndedToken> {
  assertMay(viewer, 'tokens:explain', organizationId)
  const hash = hashToken(token.trim())
  const now = core.clock.now()
  const [standing, tombstone] = await Promise.all([
    findStanding(core.prisma, hash, now),
    core.prisma.tombstone.findFirst({ where: { hash, organizationId, expiresAt: { gt: now } } }),
  ])
  if (standing?.organization.id === organizationId) return describe(core, standing, now)
  if (!tombstone) throw new NotFound()
  const { endedAt, appId, eventId } = tombstone
  return { endedAt, appId, givenBack: eventId === null, ...(await whatEnded(core, tombstone)) }
}

async function describe({ prisma }: Core, standing: Standing, now: Date): Promise<ExistingToken> {
  const { recorded, organization } = standing
  const place = { appId: standing.app.id, organizationId: organization.id }
  const [token, grant, installation] = await Promise.all([
    prisma.token.findUnique({ where: { hash: standing.hash }, select: { lastUsedAt: true } }),
    prisma.grant.findUnique({
      where: { id: standing.grantId },
      select: { scopes: true, app: { select: { scopes: true } } },
    }),
    prisma.installation.findUnique({ where: { appId_organizationId: place } }),
  ])
  // Ended since: as if it had been asked for a moment later.
  if (!token || !grant) throw new NotFound()
  return {
    ...standing,
    lastUsedAt: token.lastUsedAt,
    lacking: {
      grant: without(recorded, grant.scopes),
      approval: without(recorded, approvalIn(organization.edition, approvedBy(installation, now)) ?? recorded),
      app: without(recorded, grant.app.scopes),
    },
  }
}

type Ending = Pick<EndedToken, 'event' | 'eventType' | 'actor'>

const unknown: Ending = { event: null, eventType: null, actor: null }

async function whatEnded(
  { prisma }: Core,
  { organizationId, appId, eventId }: { organizationId: string; appId: string | null; eventId: string | null },
): Promise<Ending> {
  if (eventId === null) {
    const app = appId && (await prisma.app.findUnique({ where: { id: appId }, select: { id: true, name: true } }))
    return app ? { ...unknown, actor: { kind: 'APP', ...app } } : unknown
  }
  const event = await prisma.event.findUnique({ where: { id: eventId } })
  if (!event) return unknown
  const { type: eventType, streamId } = event
  if (streamId === organizationId) {
    return { event, eventType, actor: { kind: event.actorKind, id: event.actorId, name: event.actorName } }
  }
  // The publisher's own affair, of which others learn that it was the publisher's.
  const publisher = await prisma.organization.findUnique({
    where: { id: streamId },
    select: { id: true, name: true },
  })
  return { event: null, eventType, actor: publisher && { kind: 'ORGANIZATION', ...publisher } }
}
