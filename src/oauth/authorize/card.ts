import type { Viewer } from '../../access/viewer.ts'
import { isOffered } from '../../apps/rules.ts'
import type { Core } from '../../core.ts'
import type { App } from '../../database/generated/client/client.ts'
import { publicId } from '../../ids.ts'
import { skeleton } from '../../names.ts'
import type { AppCard } from './pages/steps.ts'

type Published = App & { readonly organization: { readonly name: string } }

/** The facts that the pages show of an app. Only a viewer who {@link maySeeCard} may be shown them. */
export const cardOf = async (core: Core, app: Published, viewer: Viewer): Promise<AppCard> => ({
  id: publicId('App', app.id),
  name: app.name,
  description: app.description,
  logoUrl: app.logoUrl,
  homepageUrl: app.homepageUrl,
  type: app.type,
  publisher: app.organization.name,
  readsLike: await ownNamesake(core, app, viewer),
})

/**
 * The viewer's own organization that an app seems to come from and does not. It is looked for among those alone:
 * whether anybody else's has such a name is nothing that a name may find out.
 */
async function ownNamesake({ prisma }: Core, app: Published, { roles }: Viewer): Promise<string | null> {
  if (roles.has(app.organizationId)) return null
  const own = await prisma.organization.findMany({ where: { id: { in: [...roles.keys()] } }, select: { name: true } })
  const looks = skeleton(app.organization.name)
  return own.find(({ name }) => skeleton(name) === looks)?.name ?? null
}

/** Whether the app exists for the viewer: an INTERNAL one does so for its publisher's members alone. */
export const maySeeCard = (app: App, { roles }: Viewer): boolean => [...roles.keys()].some((id) => isOffered(app, id))
