import { organizationsWhere } from '../access/actions.ts'
import { QuotaReached, WrongAppType } from '../errors.ts'
import { batched } from '../graphql/batch.ts'
import { builder } from '../graphql/builder.ts'
import { type Context, requireViewer } from '../graphql/context.ts'
import { mutation, type SuccessFields } from '../graphql/mutation.ts'
import { newestFirst } from '../graphql/paging.ts'
import { parseId } from '../ids.ts'
import { addAppKey, removeAppKey } from './keys.ts'
import { AppNode, managers, publisherOfInput } from './schema.ts'
import { appOfCredential, createAppSecret, revokeAppSecret } from './secrets.ts'
import { publisherOf } from './service.ts'

/** Secrets and keys are seen by the admins of the publisher, and by nobody else. */
const ofManagedApps = (context: Context) => ({
  app: { organizationId: { in: organizationsWhere(requireViewer(context), 'apps:see') } },
})

builder.prismaNode('AppSecret', {
  description: 'A client secret, without the secret itself: that was shown once, when it was made.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: ofManagedApps(context) }),
  select: { id: true },
  fields: (t) => ({
    hint: t.exposeString('hint', { description: 'Its last four characters.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    createdBy: t.relation('createdBy', {
      nullable: true,
      description: 'Who made it; null where an app did, or once their account is gone.',
    }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'When it was last used.' }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null while it is live.',
    }),
  }),
})

builder.prismaNode('AppKey', {
  description: 'A public key that a service app signs its assertions with.',
  nullable: true,
  id: { field: 'id' },
  findUnique: (id, context) => ({ id, AND: ofManagedApps(context) }),
  select: { id: true },
  fields: (t) => ({
    kid: t.exposeString('kid', { description: 'The RFC 7638 thumbprint: the `kid` of the assertions.' }),
    algorithm: t.exposeString('algorithm', { description: 'The JWS algorithm that it is for.' }),
    jwk: t.expose('jwk', { type: 'JSON', description: 'The public key as a JWK.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    createdBy: t.relation('createdBy', {
      nullable: true,
      description: 'Who added it; null where an app did, or once their account is gone.',
    }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'When it was last used.' }),
    removedAt: t.expose('removedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was removed; null while it is live.',
    }),
  }),
})

builder.prismaObjectFields(AppNode, (t) => ({
  secrets: t.relatedConnection('secrets', {
    ...managers,
    description: 'Its client secrets, newest first, revoked ones included.',
    cursor: 'id',
    totalCount: true,
    query: (args) => newestFirst(args),
  }),
  keys: t.relatedConnection('keys', {
    ...managers,
    description: 'Its public keys, newest first, removed ones included.',
    cursor: 'id',
    totalCount: true,
    query: (args) => newestFirst(args),
  }),
}))

const cursor = { description: 'Resumes a feed of the publishing organization right after this.' }

const secretAndCursor = (t: SuccessFields<{ secretId: string; cursor: string }>) => ({
  appSecret: t.prismaField({
    type: 'AppSecret',
    description: 'The secret as lists show it.',
    resolve: (query, { secretId }, _args, context) =>
      batched(context).appSecret.findUniqueOrThrow({ ...query, where: { id: secretId } }),
  }),
  cursor: t.exposeString('cursor', cursor),
})

const keyAndCursor = (t: SuccessFields<{ keyId: string; cursor: string }>) => ({
  appKey: t.prismaField({
    type: 'AppKey',
    description: 'The key as lists show it.',
    resolve: (query, { keyId }, _args, context) =>
      batched(context).appKey.findUniqueOrThrow({ ...query, where: { id: keyId } }),
  }),
  cursor: t.exposeString('cursor', cursor),
})

mutation('createAppSecret', {
  description: 'Makes a further client secret for a WEB app. It is in this answer and nowhere else, ever.',
  input: (t) => ({ appId: t.id({ description: 'For which app, `app_…`.' }) }),
  who: { action: 'apps:manage', in: (input, context) => publisherOfInput(input, context) },
  errors: [WrongAppType, QuotaReached],
  resolve: async ({ core, viewer }, input) => {
    const appId = parseId('App', input.appId, 'appId')
    const { value, cursor } = await createAppSecret(core, viewer, appId)
    return { ...value, cursor: await cursor(await publisherOf(core, viewer, appId)) }
  },
  success: (t) => ({
    secret: t.exposeString('secret', { description: 'The secret itself. Keep it now: it cannot be had again.' }),
    ...secretAndCursor(t),
  }),
})

mutation('revokeAppSecret', {
  description: 'Ends the use of a client secret at once. Tokens obtained with it live on unless `revokeTokens` is set.',
  input: (t) => ({
    secretId: t.id({ description: 'Which secret, `sec_…`.' }),
    revokeTokens: t.boolean({
      defaultValue: false,
      description: 'Whether the tokens that it began or last refreshed end with it. This may also be done later.',
    }),
  }),
  who: {
    action: 'apps:manage',
    in: async ({ secretId }, context) => {
      const credential = { secretId: parseId('AppSecret', secretId, 'secretId') }
      return (await appOfCredential(context.core, requireViewer(context), credential)).organizationId
    },
  },
  resolve: async ({ core, viewer }, { secretId, revokeTokens }) => {
    const id = parseId('AppSecret', secretId, 'secretId')
    const { value, cursor } = await revokeAppSecret(core, viewer, id, { revokeTokens })
    return { secretId: id, cursor: await cursor(value.organizationId) }
  },
  success: secretAndCursor,
})

mutation('addAppKey', {
  description: 'Adds a public key to a SERVICE app.',
  input: (t) => ({
    appId: t.id({ description: 'To which app, `app_…`.' }),
    key: t.string({
      description:
        'A public key as JWK or PEM: RSA of 2048 to 4096 bits, P-256 or Ed25519. Never send the private one.',
    }),
  }),
  who: { action: 'apps:manage', in: (input, context) => publisherOfInput(input, context) },
  errors: [WrongAppType, QuotaReached],
  resolve: async ({ core, viewer }, input) => {
    const appId = parseId('App', input.appId, 'appId')
    const { value: keyId, cursor } = await addAppKey(core, viewer, appId, input.key)
    return { keyId, cursor: await cursor(await publisherOf(core, viewer, appId)) }
  },
  success: keyAndCursor,
})

mutation('removeAppKey', {
  description: 'Ends the use of a key at once. Tokens obtained with it live on unless `revokeTokens` is set.',
  input: (t) => ({
    keyId: t.id({ description: 'Which key, `key_…`.' }),
    revokeTokens: t.boolean({
      defaultValue: false,
      description: 'Whether the tokens that it began end with it. This may also be done later.',
    }),
  }),
  who: {
    action: 'apps:manage',
    in: async ({ keyId }, context) => {
      const credential = { keyId: parseId('AppKey', keyId, 'keyId') }
      return (await appOfCredential(context.core, requireViewer(context), credential)).organizationId
    },
  },
  resolve: async ({ core, viewer }, { keyId, revokeTokens }) => {
    const id = parseId('AppKey', keyId, 'keyId')
    const { value, cursor } = await removeAppKey(core, viewer, id, { revokeTokens })
    return { keyId: id, cursor: await cursor(value.organizationId) }
  },
  success: keyAndCursor,
})
