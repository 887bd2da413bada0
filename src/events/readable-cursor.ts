import { may } from '../access/actions.ts'
import type { Caller } from '../access/viewer.ts'
import type { Changed } from '../history/change.ts'

/**
 * The cursor of a change in the stream that its actor may read: the organization's, or their own.
 * An app that acts as itself has none of its own.
 */
export const readableCursor = (changed: Changed<unknown>, viewer: Caller, organizationId: string): Promise<string> =>
  changed.cursor(may(viewer, 'events:see', organizationId) ? organizationId : (viewer.userId ?? organizationId))
