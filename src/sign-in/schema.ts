import { InvalidCredentials, InvalidInput, TooManyAttempts } from '../errors.ts'
import { builder } from '../graphql/builder.ts'
import { mutation } from '../graphql/mutation.ts'
import { Viewer } from '../users/viewer-schema.ts'
import * as service from './service.ts'

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
