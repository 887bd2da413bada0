import { organizationsWhere } from '../access/actions.ts'
import type { UserCaller } from '../access/viewer.ts'
import type { Prisma } from '../database/generated/client/client.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { requirePerson } from '../graphql/context.ts'
import { byKeyset } from '../graphql/keyset.ts'
import { newestFirst } from '../graphql/paging.ts'
import { encodeCursor } from '../history/cursor.ts'

/** The organizations of the viewer, as far as the caller may see them. */
const ownMemberships = (viewer: UserCaller): Prisma.MembershipWhereInput => ({
  userId: viewer.userId,
  organizationId: { in: organizationsWhere(viewer, 'organization:see') },
})

/** Who is asking. Other nouns add what belongs to the viewer. */
export const Viewer = builder.objectRef<UserCaller>('Viewer').implement({
  description:
    'Who is asking: the signed-in user, and what is theirs. For an app that acts for a user: that user, and what is theirs in the one organization that the token is for.',
  fields: (t) => ({
    user: t.prismaField({
      type: 'User',
      description: 'The user.',
      resolve: (query, { userId }, _args, context) =>
        batched(context).user.findUniqueOrThrow({ ...query, where: { id: userId } }),
    }),
    organizations: t.prismaConnection({
      type: 'Membership',
      cursor: 'id',
      totalCount: (viewer, _args, { core }) => core.prisma.membership.count({ where: ownMemberships(viewer) }),
      description: 'The organizations that the user belongs to, each with the role there; the newest membership first.',
      resolve: (query, viewer, args, { core }) =>
        core.prisma.membership.findMany(byKeyset({ ...query, ...newestFirst(args), where: ownMemberships(viewer) })),
    }),
    feedCursor: t.string({
      description:
        "The position of the newest event in the viewer's own stream, as it was before the other fields of this query were read: pass it to `viewerEvents` as `after` and nothing is missed. No app sees it.",
      authScopes: { person: true },
      resolve(_viewer, _args, context) {
        const { userId, feedHead } = requirePerson(context)
        return encodeCursor({ streamId: userId, sequence: feedHead })
      },
    }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    nullable: true,
    description: 'The user who asks; null for callers who are signed out, and for an app that acts as itself.',
    resolve: (_root, _args, { viewer }) => (viewer && viewer.userId !== null ? viewer : null),
  }),
)
