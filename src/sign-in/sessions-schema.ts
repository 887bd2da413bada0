import { InvalidCredentials, NoLocalPassword, TooManyAttempts } from '../errors.ts'
import { builder } from '../graphql/builder.ts'
import { requirePerson, requireViewer } from '../graphql/context.ts'
import { byKeyset } from '../graphql/keyset.ts'
import { mutation, type SuccessFields } from '../graphql/mutation.ts'
import { newestFirst } from '../graphql/paging.ts'
import { parseId } from '../ids.ts'
import { Viewer } from '../users/viewer-schema.ts'
import { changePassword } from './change-password.ts'
import { endOtherSessions, endOwnSession, liveSessions, type SessionKind } from './own-sessions.ts'

const SessionKindType = builder.enumType('SessionKind', {
  description: 'What a session is carried by.',
  values: {
    BROWSER: { description: 'A cookie, from the sign-in page.' },
    TOKEN: { description: 'A token for the `Authorization: Bearer` header.' },
  } satisfies Record<SessionKind, object>,
})

builder.prismaNode('Session', {
  description: 'A place where the viewer is signed in. Ending it ends its cookie or token, and its subscriptions.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: liveSessions(context.core, requireViewer(context), context.now) }),
  select: { id: true },
  fields: (t) => ({
    kind: t.field({
      type: SessionKindType,
      description: 'What it is carried by.',
      select: { secretHash: true },
      resolve: ({ secretHash }): SessionKind => (secretHash === null ? 'TOKEN' : 'BROWSER'),
    }),
    isCurrent: t.boolean({
      description: 'Whether it is the one that this request belongs to.',
      resolve: ({ id }, _args, context) => id === requirePerson(context).sessionId,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the viewer signed in.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      description: 'When it was last used, to the minute. Of the tokens of `signIn` that is not noted: when it began.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it ends at the latest. A cookie ends sooner where it is not used for some time.',
    }),
    userAgent: t.exposeString('userAgent', {
      nullable: true,
      description: 'What the browser or program called itself that opened it; null where it did not.',
    }),
    address: t.exposeString('address', { nullable: true, description: 'The network address that it was opened from.' }),
  }),
})

builder.objectField(Viewer, 'sessions', (t) =>
  t.prismaConnection({
    type: 'Session',
    cursor: 'id',
    description: 'Where the viewer is signed in now, the newest session first. No app sees them.',
    authScopes: { person: true },
    resolve: (query, viewer, args, { core, now }) =>
      core.prisma.session.findMany(
        byKeyset({ ...query, ...newestFirst(args), where: liveSessions(core, viewer, now) }),
      ),
    totalCount: (viewer, _args, { core, now }) => core.prisma.session.count({ where: liveSessions(core, viewer, now) }),
  }),
)

const ended = (t: SuccessFields<{ endedSessions: number }>) => ({
  endedSessions: t.exposeInt('endedSessions', { description: 'How many sessions this ended.' }),
})

mutation('endSession', {
  description: 'Ends a session of the viewer; its cookie or token and its subscriptions end with it.',
  input: (t) => ({ sessionId: t.id({ description: 'Which session, `ses_…`.' }) }),
  who: 'Who may: the user that it is of.',
  resolve: async ({ core, viewer, clearCookie }, { sessionId }) => {
    const id = parseId('Session', sessionId, 'sessionId')
    await endOwnSession(core, viewer, id)
    if (id === viewer.sessionId) clearCookie?.()
    return { sessionId }
  },
  success: (t) => ({ sessionId: t.exposeID('sessionId', { description: 'The id that the session had.' }) }),
})

mutation('endOtherSessions', {
  description: 'Ends all sessions of the viewer but the one that this request belongs to.',
  input: (t) => ({
    kind: t.field({ type: SessionKindType, required: false, description: 'Only those of this kind.' }),
  }),
  who: 'Who may: anybody who is signed in.',
  resolve: async ({ core, viewer }, { kind }) => ({ endedSessions: await endOtherSessions(core, viewer, { kind }) }),
  success: ended,
})

mutation('changePassword', {
  description:
    'Gives the local account of the viewer another password, and ends all their other sessions. Failed attempts count as failed sign-ins. Tokens that apps obtained stay as they are.',
  input: (t) => ({
    currentPassword: t.string({ description: 'The password as it is.' }),
    newPassword: t.string({ description: 'The password that it is to be: 10 to 200 characters.' }),
  }),
  who: 'Who may: anybody who is signed in and has a password here.',
  errors: [InvalidCredentials, NoLocalPassword, TooManyAttempts],
  resolve: async ({ core, viewer, address }, input) => ({
    endedSessions: await changePassword(core, viewer, input, address),
  }),
  success: ended,
})
