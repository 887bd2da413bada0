import { organizationsWhere } from '../access/actions.ts'
import type { UserCaller } from '../access/viewer.ts'
import type { Prisma } from '../database/generated/client/client.ts'
import { InvalidCredentials, InvalidInput, TooManyAttempts } from '../errors.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { requirePerson } from '../graphql/context.ts'
import { byKeyset } from '../graphql/keyset.ts'
import { mutation } from '../graphql/mutation.ts'
import { newestFirst } from '../graphql/paging.ts'
import { encodeCursor } from '../history/cursor.ts'
import * as service from './service.ts'

/** The organizations of the viewer, as far as they exist for whoever asks. */
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
    description: 'Who is asking; null for whoever is signed out, and for an app that acts as itself.',
    resolve: (_root, _args, { viewer }) => (viewer && viewer.userId !== null ? viewer : null),
  }),
)

builder.relayMutationField(
  'signIn',
  {
    name: 'SignInInput',
    description: 'What `signIn` takes.',
    inputFields: (t) => ({
      email: t.string({ description: 'The e-mail address of a local account, in upper or lower case.' }),
      password: t.string({ description: 'Its password.' }),
    }),
  },
  {
    description:
      'Signs in with a local account and returns a short-lived token for the `Authorization: Bearer` header. Failed attempts are limited per account and per address. Who may: anybody.',
    errors: {
      types: [InvalidInput, InvalidCredentials, TooManyAttempts] as never,
      union: { name: 'SignInResult', description: 'What `signIn` answers with.' },
    },
    async resolve(_root, { input }, context) {
      const { core, address, userAgent } = context
      const success = await service.signIn(core, input, { address, userAgent })
      // The rest of the operation is theirs: the fields of their viewer ask the context who is asking.
      Object.assign(context, { viewer: success.viewer })
      return success as never
    },
  },
  {
    name: 'SignInSuccess',
    description: '`signIn` succeeded.',
    outputFields: (t) => ({
      token: t.string({
        description: 'The token: a JWT, to be sent as `Authorization: Bearer …`. `signOut` ends it before its time.',
        resolve: (success) => (success as service.SignIn).token,
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When the token ends by itself.',
        resolve: (success) => (success as service.SignIn).expiresAt,
      }),
      viewer: t.field({
        type: Viewer,
        description: 'Who is signed in now.',
        resolve: (success) => (success as service.SignIn).viewer,
      }),
    }),
  },
)

mutation('signOut', {
  description:
    'Ends the session of the token or cookie that the request carries; every token and subscription of it ends too. Tokens that apps obtained stay as they are.',
  who: 'Who may: anybody who is signed in.',
  input: (t) => ({
    everywhere: t.boolean({
      required: false,
      defaultValue: false,
      description: "Whether to end all of the viewer's sessions instead of this one.",
    }),
  }),
  success: (t) => ({
    endedSessions: t.int({
      description: 'How many sessions this ended.',
      resolve: (success) => (success as { endedSessions: number }).endedSessions,
    }),
  }),
  async resolve({ core, viewer, clearCookie }, { everywhere }) {
    const endedSessions = await service.signOut(core, viewer, everywhere ?? false)
    clearCookie?.()
    return { endedSessions }
  },
})
