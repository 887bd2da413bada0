import { whoMay } from '../access/actions.ts'
import { type EventFilter, type EventPage, MOST_COUNTED, readEvents } from '../events/audit.ts'
import { Event, EventTypeEnum } from '../events/event.ts'
import { builder } from '../graphql/builder.ts'
import { requireViewer } from '../graphql/context.ts'
import { encodeCursor } from '../history/cursor.ts'
import { parseId } from '../ids.ts'
import { OrganizationType } from './schema.ts'

builder.objectFields(OrganizationType, (t) => ({
  feedCursor: t.string({
    description: `The position of the newest event in the organization's history, as it was before anything else of this query was read: pass it to a subscription as \`after\` and nothing is missed. ${whoMay('events:see')}`,
    authScopes: ({ id }) => ({ may: ['events:see', id] as const }),
    // The head came with the viewer, so with the first statement of the request.
    resolve: ({ id }, _args, context) =>
      encodeCursor({ streamId: id, sequence: requireViewer(context).heads.get(id) ?? 0n }),
  }),
  events: t.connection(
    {
      type: Event,
      extensions: { ownCursors: true },
      description: `The history of the organization: its audit log, oldest first. \`last: 20\` gives the newest; its cursors are those of the live feed. ${whoMay('events:see')}`,
      authScopes: ({ id }) => ({ may: ['events:see', id] as const }),
      args: {
        types: t.arg({ type: [EventTypeEnum], required: false, description: 'Only events of these types.' }),
        appId: t.arg.id({ required: false, description: 'Only events about the app with this id, `app_…`.' }),
      },
      async resolve({ id }, args, { core }) {
        const filter: EventFilter = {
          types: args.types,
          appId: args.appId == null ? null : parseId('App', args.appId, 'appId'),
        }
        return (await readEvents(core, id, filter, args)) as never
      },
    },
    {
      name: 'OrganizationEventsConnection',
      fields: (t) => ({
        totalCount: t.int({
          description: `How many there are on all pages together. With \`types\` or \`appId\` at most ${MOST_COUNTED} are counted: more are told as ${MOST_COUNTED}.`,
          resolve: (connection) => (connection as unknown as EventPage).count(),
        }),
      }),
    },
    { name: 'OrganizationEventsConnectionEdge' },
  ),
}))
