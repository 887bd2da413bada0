import { LastWayToSignIn, SignInTooOld } from '../errors.ts'
import { builder } from '../graphql/builder.ts'
import { requirePerson } from '../graphql/context.ts'
import { mutation } from '../graphql/mutation.ts'
import { Viewer } from '../users/viewer-schema.ts'
import { disconnect, type Identity, offeredIssuer } from './external/identities.ts'

/** Users have one of each issuer, so this is met by nobody but those who connected more in older releases. */
const MOST = 100

const ExternalIdentity = builder.objectRef<Identity & { readonly createdAt: Date }>('ExternalIdentity').implement({
  description: 'An account elsewhere, by which the viewer signs in.',
  fields: (t) => ({
    issuer: t.exposeString('issuer', { description: 'The OpenID provider, by its issuer identifier.' }),
    subject: t.exposeString('subject', { description: 'What the provider calls the user.' }),
    name: t.string({
      nullable: true,
      description:
        'What people know the provider by; null where it is not offered any more, so that nobody signs in by it.',
      resolve: (identity, _args, { core }) => offeredIssuer(core, identity)?.config.name ?? null,
    }),
    connectedAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was connected.' }),
  }),
})

builder.objectField(Viewer, 'identities', (t) =>
  t.field({
    type: [ExternalIdentity],
    description: 'The accounts elsewhere by which the viewer signs in, the newest first. No app sees them.',
    authScopes: { person: true },
    resolve: (_viewer, _args, context) =>
      context.core.prisma.externalIdentity.findMany({
        where: { userId: requirePerson(context).userId },
        select: { issuer: true, subject: true, createdAt: true },
        orderBy: [{ createdAt: 'desc' }, { subject: 'asc' }],
        take: MOST,
      }),
  }),
)

mutation('disconnectIdentity', {
  description:
    'Lets the viewer not sign in by an account elsewhere any more, and ends all their other sessions. It takes a sign-in that is not long ago, and is refused where they could not sign in without it.',
  input: (t) => ({
    issuer: t.string({ description: 'The issuer of the identity, as `viewer.identities` has it.' }),
    subject: t.string({ description: 'Its subject.' }),
  }),
  who: 'Who may: the user that it is of.',
  errors: [SignInTooOld, LastWayToSignIn],
  resolve: async ({ core, viewer }, { issuer, subject }) => ({
    endedSessions: await disconnect(core, viewer, { issuer, subject }),
  }),
  success: (t) => ({
    endedSessions: t.exposeInt('endedSessions', { description: 'How many sessions this ended.' }),
  }),
})
