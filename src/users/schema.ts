import { organizationsWhere } from '../access/actions.ts'
import { personOf, userOf } from '../access/viewer.ts'
import type { Prisma } from '../database/generated/client/client.ts'
import { Event, nullWhereUnseen } from '../events/event.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { publicId } from '../ids.ts'

/** The viewer, and the users who share an organization with the viewer. */
export function visibleUsers({ viewer }: Context): Prisma.UserWhereInput[] {
  if (!viewer) return []
  return [
    { id: { in: userOf(viewer) } },
    { memberships: { some: { organizationId: { in: organizationsWhere(viewer, 'members:see') } } } },
  ]
}

/** A user, as other nouns refer to one. By id it is found by themselves and by members of a common organization. */
builder.prismaNode('User', {
  description: 'A person who can sign in.',
  nullable: true,
  id: { field: 'id', description: 'The id of the user, unique over all types.' },
  findUnique: (id, context) =>
    ({ id, OR: visibleUsers(context) }) as Prisma.UserWhereUniqueInput & { id: string; email: string },
  select: { id: true },
  fields: (t) => ({
    userId: t.string({
      description: 'The plain id, `usr_…`.',
      resolve: ({ id }) => publicId('User', id),
    }),
    name: t.exposeString('name', { description: 'The name that the user goes by.' }),
    email: t.string({
      nullable: true,
      description:
        'The e-mail address; null for everybody but the user and the admins of an organization that the user is a member of.',
      select: (_args, { viewer }) => ({
        email: true,
        memberships: {
          where: { organizationId: { in: viewer ? organizationsWhere(viewer, 'members:seeAddresses') : [] } },
          select: { id: true },
          take: 1,
        },
      }),
      resolve: ({ id, email, memberships }, _args, { viewer }) =>
        (viewer && personOf(viewer).includes(id)) || memberships.length > 0 ? email : null,
    }),
  }),
})

/** From an event to what it concerns, as that is now. The copy of `query` counts as its use, which is missed where there is no id to look up. */
builder.objectField(Event, 'user', (t) =>
  t.prismaField({
    type: 'User',
    nullable: true,
    description: `The user concerned; ${nullWhereUnseen}`,
    resolve: ({ ...query }, { userId: id }, _args, context) =>
      id === null ? null : batched(context).user.findUnique({ ...query, where: { id, OR: visibleUsers(context) } }),
  }),
)
