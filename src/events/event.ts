import { organizationsWhere } from '../access/actions.ts'
import { personOf } from '../access/viewer.ts'
import { ActorKind, type Event as EventRow, EventType } from '../database/generated/client/client.ts'
import { builder } from '../graphql/builder.ts'
import type { Actor, FieldChange } from '../history/change.ts'
import { cursorOf } from '../history/cursor.ts'
import { publicId, type TypeName } from '../ids.ts'

const types: Record<EventType, string> = {
  ORGANIZATION_CREATED: 'The organization was created.',
  ORGANIZATION_UPDATED: 'The organization was renamed.',
  MEMBER_INVITED: 'Somebody was invited.',
  MEMBER_JOINED: 'An invitation was accepted.',
  MEMBER_ROLE_CHANGED: 'A member has another role.',
  MEMBER_REMOVED: 'A member was removed, or left.',
  APP_CREATED: 'An app was created.',
  APP_UPDATED: 'An app was edited.',
  APP_ENABLED: 'An app works again.',
  APP_DISABLED: 'An app was suspended, and all its tokens with it.',
  APP_DELETED: 'An app was deleted for good.',
  APP_SECRET_CREATED: 'An app has a new secret.',
  APP_SECRET_REVOKED: 'A secret of an app works no longer.',
  APP_KEY_ADDED: 'An app has a new public key.',
  APP_KEY_REMOVED: 'A public key of an app works no longer.',
  INSTALL_REQUESTED: 'A member asks for an app to be installed.',
  INSTALL_WITHDRAWN: 'The requester withdrew a request.',
  INSTALL_APPROVED: 'A request was approved.',
  INSTALL_DENIED: 'A request was denied.',
  INSTALL_DENIAL_LIFTED: 'A denial stands no longer: the app may be asked for again.',
  APP_INSTALLED: 'An app was installed, or its approved scopes were replaced.',
  APP_UNINSTALLED: 'An app was uninstalled, and its tokens there were deleted.',
  GRANT_CREATED: 'An app was authorized.',
  GRANT_CHANGED: 'The scopes of an authorization changed.',
  GRANT_REVOKED: 'An authorization was revoked, and its tokens were deleted.',
  TOKEN_REUSE_DETECTED: 'A refresh token was used twice; the tokens that descend from it were deleted.',
}

const described = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, description]) => [name, { description }])) as never

export const EventTypeEnum = builder.enumType(EventType, {
  name: 'EventType',
  description: 'What happened.',
  values: described(types),
})

const ActorKindEnum = builder.enumType(ActorKind, {
  name: 'ActorKind',
  description: 'What kind of actor it was.',
  values: described({
    USER: 'A user.',
    APP: 'An app, with a token of its own.',
    ORGANIZATION: 'Somebody in the organization that publishes the app; it is not said who.',
    SYSTEM: 'Gatehouse itself.',
  }),
})

const actorTypes: Record<ActorKind, TypeName | undefined> = {
  USER: 'User',
  APP: 'App',
  ORGANIZATION: 'Organization',
  SYSTEM: undefined,
}

export const ActorObject = builder.objectRef<Actor>('Actor').implement({
  description: 'Who did it, as they were called then.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ActorKindEnum, description: 'What kind of actor it was.' }),
    id: t.string({
      nullable: true,
      description: 'The plain id of the actor; null for Gatehouse itself.',
      resolve: ({ kind, id }) => idOf(actorTypes[kind], id),
    }),
    name: t.exposeString('name', { description: 'The name at that time.' }),
  }),
})

const FieldChangeObject = builder.objectRef<FieldChange>('FieldChange').implement({
  description: 'One thing that changed.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'Which field.' }),
    before: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Its value before; null where there was none.',
      resolve: ({ before }) => before ?? null,
    }),
    after: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Its value since; null where there is none.',
      resolve: ({ after }) => after ?? null,
    }),
  }),
})

const idOf = (type: TypeName | undefined, id: string | null): string | null => (type && id ? publicId(type, id) : null)

const EventRef = builder.objectRef<EventRow>('Event')

/** How the description of a link from an event to what it concerns ends. */
export const nullWhereUnseen = 'null where it is gone, or where the viewer may not see it.'

/**
 * An entry of a stream: a row as it is, which never changes. It tells of what it concerns by id and
 * by name, so it can be read without the objects themselves; each noun's schema adds its own.
 */
export const Event = builder.node(EventRef, {
  description: 'Something that happened, as an entry in the history of one organization or one user.',
  id: { resolve: ({ id }) => id, description: 'The id of the event, unique over all types.' },
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'streamId' in value && 'sequence' in value,
  async loadMany(ids, { core, viewer }) {
    if (!viewer) return ids.map(() => null)
    const streams = [...personOf(viewer), ...organizationsWhere(viewer, 'events:see')]
    const rows = await core.prisma.event.findMany({ where: { id: { in: ids }, streamId: { in: streams } } })
    const byId = new Map(rows.map((row) => [row.id, row]))
    return ids.map((id) => byId.get(id) ?? null)
  },
  fields: (t) => ({
    cursor: t.string({
      description: 'The position right after this event: what `after` takes to go on from here.',
      resolve: cursorOf,
    }),
    sequence: t.field({
      type: 'SafeInt',
      description:
        'Its number in the history: 1 for the first, without gaps, in the order in which things took effect.',
      resolve: ({ sequence }) => Number(sequence),
    }),
    type: t.expose('type', { type: EventTypeEnum, description: 'What happened.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened.' }),
    actor: t.field({
      type: ActorObject,
      description: 'Who did it.',
      resolve: ({ actorKind, actorId, actorName }) => ({ kind: actorKind, id: actorId, name: actorName }),
    }),
    organizationId: t.string({
      nullable: true,
      description: 'The plain id of the organization concerned.',
      resolve: ({ organizationId }) => idOf('Organization', organizationId),
    }),
    organizationName: t.exposeString('organizationName', {
      nullable: true,
      description: 'What the organization was called then.',
    }),
    appId: t.string({
      nullable: true,
      description: 'The plain id of the app concerned, its client_id.',
      resolve: ({ appId }) => idOf('App', appId),
    }),
    appName: t.exposeString('appName', { nullable: true, description: 'What the app was called then.' }),
    userId: t.string({
      nullable: true,
      description: 'The plain id of the user concerned.',
      resolve: ({ userId }) => idOf('User', userId),
    }),
    userName: t.exposeString('userName', { nullable: true, description: 'What the user was called then.' }),
    installRequestId: t.string({
      nullable: true,
      description: 'The plain id of the install request concerned.',
      resolve: ({ installRequestId }) => idOf('InstallRequest', installRequestId),
    }),
    installationId: t.string({
      nullable: true,
      description: 'The plain id of the installation concerned.',
      resolve: ({ installationId }) => idOf('Installation', installationId),
    }),
    grantId: t.string({
      nullable: true,
      description: 'The plain id of the grant concerned.',
      resolve: ({ grantId }) => idOf('Grant', grantId),
    }),
    changes: t.field({
      type: [FieldChangeObject],
      description: 'What changed, field by field.',
      // One of them can be all redirect URIs of an app, before and after.
      complexity: { field: 60, multiplier: 10 },
      resolve: ({ changes }) => changes as unknown as FieldChange[],
    }),
  }),
})
