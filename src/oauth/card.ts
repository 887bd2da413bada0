import { isOffered } from '../apps/rules.ts'
import type { App } from '../database/generated/client/client.ts'
import { publicId } from '../ids.ts'
import type { Viewer } from '../viewer/viewer.ts'
import type { AppCard } from './steps.ts'

/** What the pages show of an app, and to whoever {@link maySeeCard} alone. */
export const cardOf = (app: App & { readonly organization: { readonly name: string } }): AppCard => ({
  id: publicId('App', app.id),
  name: app.name,
  description: app.description,
  logoUrl: app.logoUrl,
  homepageUrl: app.homepageUrl,
  type: app.type,
  publisher: app.organization.name,
})

/** Whether the app exists for the viewer: an INTERNAL one does so for its publisher's members alone. */
export const maySeeCard = (app: App, { roles }: Viewer): boolean => [...roles.keys()].some((id) => isOffered(app, id))
