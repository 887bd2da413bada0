import { may } from '../../access/actions.ts'
import type { Viewer } from '../../access/viewer.ts'
import { isOffered } from '../../apps/rules.ts'
import type { Core } from '../../core.ts'
import { publicId } from '../../ids.ts'
import { without } from '../../scopes.ts'
import { approvedOf, openOf, type PlaceState, readPlace, statusOf } from '../storage/approval-state.ts'
import { type Authorization, isMeant } from './authorizations.ts'
import type { Choice, ScopeInWords, Step } from './pages/steps.ts'

/** How many admins the page names to a member who waits for one. */
const NAMED_ADMINS = 5

/** A step, and what it is about where that is settled. */
export interface FlowState {
  readonly step: Step
  /** The organization, a UUID. */
  readonly organizationId?: string
  /** What can be asked for there. */
  readonly open: readonly string[]
  readonly approved: readonly string[]
  readonly place?: PlaceState
}

/** Works out what stands between an authorization request and its answer, as things are now. */
export async function nextStep(core: Core, viewer: Viewer, authorization: Authorization): Promise<FlowState> {
  const { app, named, said, wanted } = authorization
  const nothing = { open: [], approved: [] }
  if (app.status === 'DISABLED') return { step: { at: 'unavailable', why: 'disabled' }, ...nothing }
  if (!isMeant(authorization, viewer.userId)) return { step: { at: 'unavailable', why: 'other-account' }, ...nothing }
  if (wanted.length === 0) return { step: { at: 'unavailable', why: 'nothing-left' }, ...nothing }
  const organizations = (await organizationsOf(core, viewer)).filter(
    ({ id }) => isOffered(app, id) && (named === undefined || named === id),
  )
  const [only, ...others] = organizations
  if (!only) return { step: { at: 'unavailable', why: 'no-organization' }, ...nothing }
  const choices = organizations.map(toChoice)
  const chosen = others.length === 0 ? only : organizations.find(({ id }) => id === said.organizationId)
  if (!chosen) return { step: { at: 'organization', choices }, ...nothing }

  const now = core.clock.now()
  const place = await readPlace(core.prisma, { appId: app.id, organizationId: chosen.id, userId: viewer.userId }, now)
  if (!place) return { step: { at: 'unavailable', why: 'no-organization' }, ...nothing }
  const approved = approvedOf(place, wanted)
  const open = openOf(place, wanted)
  const words = inWords(core, place.granted)
  const status = statusOf(place, wanted)
  const organization = toChoice(chosen)
  const hasOthers = others.length > 0
  const isReady = status === 'ready' || (said.goesOn === true && approved.length > 0)
  const common = { organization, hasOthers }
  const standing = { organizationId: chosen.id, open, approved, place }

  if (isReady) {
    const step: Step = {
      ...common,
      at: 'consent',
      scopes: words(approved),
      withheld: words(without(wanted, approved)),
      choices,
      isKnown: place.granted.length > 0,
    }
    return { ...standing, step }
  }
  if (status === 'denied') {
    const { reason = null, deniedUntil = now } = place.denial ?? {}
    return { ...standing, step: { ...common, at: 'denied', reason, deniedUntil } }
  }
  if (status === 'pending' && place.pending) {
    const { createdAt: askedAt, reason } = place.pending
    const step: Step = {
      ...common,
      at: 'wait',
      scopes: words(open),
      askedAt,
      reason,
      admins: await adminsOf(core, chosen.id),
      approved: words(approved),
    }
    return { ...standing, step }
  }
  const mayInstall = may(viewer, 'installations:decide', chosen.id)
  return { ...standing, step: { ...common, at: 'ask', scopes: words(open), approved: words(approved), mayInstall } }
}

type OrganizationPlace = Awaited<ReturnType<typeof organizationsOf>>[number]

/** The viewer's organizations: their personal one first, then by name. */
const organizationsOf = ({ prisma }: Core, { roles }: Viewer) =>
  prisma.organization.findMany({
    where: { id: { in: [...roles.keys()] } },
    select: { id: true, name: true, edition: true },
    orderBy: [{ edition: 'asc' }, { name: 'asc' }],
  })

const toChoice = ({ id, name, edition }: OrganizationPlace): Choice => ({
  id: publicId('Organization', id),
  name,
  edition,
})

const inWords =
  ({ config }: Core, granted: readonly string[]) =>
  (scopes: readonly string[]): ScopeInWords[] =>
    scopes.map((name) => {
      const { description = { en: name, zh: name }, sensitive = true } =
        config.scopes.find((scope) => scope.name === name) ?? {}
      return { name, description, sensitive, isNew: !granted.includes(name) }
    })

async function adminsOf({ prisma }: Core, organizationId: string): Promise<string[]> {
  const members = await prisma.membership.findMany({
    where: { organizationId, role: { not: 'MEMBER' } },
    select: { user: { select: { name: true } } },
    orderBy: { id: 'asc' },
    take: NAMED_ADMINS,
  })
  return members.map(({ user }) => user.name)
}
