import { assertMay, whoMay } from '../access/actions.ts'
import type { Caller } from '../access/viewer.ts'
import { EventType } from '../database/generated/client/enums.ts'
import { Event, EventTypeEnum } from '../events/event.ts'
import { readExtent, resume } from '../events/resume.ts'
import { builder } from '../graphql/builder.ts'
import { type Context, requirePerson } from '../graphql/context.ts'
import { parseId } from '../ids.ts'
import { type Delivery, Following } from './following.ts'

const FeedDelivery = builder.objectRef<Delivery>('FeedDelivery').implement({
  description: 'What a subscription sends.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description: 'How far the subscription has come. Keep the last one, and pass it as `after` to resume.',
    }),
    event: t.expose('event', {
      type: Event,
      nullable: true,
      description: 'What happened; null where this only says how far the subscription has come.',
    }),
  }),
})

const installRequestTypes = Object.values(EventType).filter((type) => type.startsWith('INSTALL_'))
const appStatusTypes = ['APP_ENABLED', 'APP_DISABLED', 'APP_DELETED', 'APP_INSTALLED', 'APP_UNINSTALLED'] as const

const how =
  'With `after`, first what came later than that cursor, then what happens from now on, with no gap and no repeat in between; without it, only what happens from now on. In silence a delivery without an event comes every 25 seconds, with the cursor to resume from.'

const streamId = (organizationId: string): string => parseId('Organization', organizationId, 'organizationId')

builder.subscriptionFields((t) => {
  const after = t.arg.string({ required: false, description: 'A cursor of this history, from wherever it was seen.' })
  const organizationId = t.arg.id({ description: 'The organization.' })

  const ofOrganization = (what: string, types: readonly EventType[]) =>
    t.field({
      type: FeedDelivery,
      description: `${what} ${how} ${whoMay('events:see')}`,
      args: { organizationId, after },
      authScopes: (_root, args) => ({ may: ['events:see', streamId(args.organizationId)] as const }),
      subscribe: (_root, args, context) => followOrganization(context, args, types),
      resolve: (delivery) => delivery,
    })

  return {
    organizationEvents: t.field({
      type: FeedDelivery,
      description: `Everything that happens in the organization, or what is of the types named. ${how} ${whoMay('events:see')}`,
      args: {
        organizationId,
        after,
        types: t.arg({ type: [EventTypeEnum], required: false, description: 'Only events of these types.' }),
      },
      authScopes: (_root, args) => ({ may: ['events:see', streamId(args.organizationId)] as const }),
      subscribe: (_root, args, context) => followOrganization(context, args, args.types ?? undefined),
      resolve: (delivery) => delivery,
    }),
    installRequests: ofOrganization(
      'What happens to the requests to install apps in the organization: made, withdrawn, approved, denied, denial lifted.',
      installRequestTypes,
    ),
    appStatusChanges: ofOrganization(
      "Apps of the organization's being enabled, disabled, deleted, installed or uninstalled, its own as well as others' that it uses.",
      appStatusTypes,
    ),
    viewerEvents: t.field({
      type: FeedDelivery,
      description: `What happens to the viewer: their requests decided, their grants created, changed or revoked, their role changed, their membership ended. ${how} Who may: anybody who is signed in.`,
      args: { after },
      authScopes: { person: true },
      subscribe: (_root, args, context) =>
        // The user of a session never changes: nothing needs to be asked again but whether the session still lives.
        follow(context, requirePerson(context).userId, args.after, undefined, () => {}),
      resolve: (delivery) => delivery,
    }),
  }
})

function followOrganization(
  context: Context,
  args: { readonly organizationId: string; readonly after?: string | null },
  types: readonly EventType[] | undefined,
): Promise<Following> {
  const id = streamId(args.organizationId)
  return follow(context, id, args.after, types, (viewer) => assertMay(viewer, 'events:see', id))
}

/** @throws {NotFound | CursorRefused} */
async function follow(
  { core, lastEventId }: Context,
  streamId: string,
  after: string | null | undefined,
  types: readonly EventType[] | undefined,
  authorize: (viewer: Caller) => void,
): Promise<Following> {
  const extent = await readExtent(core, streamId)
  const cursor = lastEventId ?? after
  return new Following({
    streamId,
    after: cursor == null ? extent.head : resume(cursor, streamId, extent),
    types: types && new Set(types),
    authorize,
  })
}
