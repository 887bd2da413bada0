import { may } from '../access/actions.ts'
import type { Viewer } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { publicId, type TypeName } from '../ids.ts'
import { whereInForce } from '../tokens/approval.ts'
import type { Examples } from './graphiql-tabs.ts'

/** Examples that the viewer can really use; where there is none, what such an id looks like. */
export async function findExamples({ prisma, clock }: Core, viewer: Viewer): Promise<Examples> {
  const select = { id: true }
  const organizationId = await exampleOrganization(prisma, viewer)
  const administered = { in: may(viewer, 'installations:see', organizationId) ? [organizationId] : [] }
  const [app, installRequest, installation, invitation, membership] = await Promise.all([
    prisma.app.findFirst({
      where: {
        type: { not: 'SERVICE' },
        status: 'ENABLED',
        OR: [{ distribution: 'EXTERNAL' }, { organizationId }],
        installations: { none: { organizationId } },
        denials: { none: { organizationId } },
      },
      orderBy: { id: 'desc' },
      select,
    }),
    prisma.installRequest.findFirst({
      where: { organizationId: administered, status: 'PENDING' },
      orderBy: { id: 'desc' },
      select,
    }),
    prisma.installation.findFirst({
      where: { organizationId: administered, ...whereInForce(clock.now()) },
      orderBy: { id: 'desc' },
      select,
    }),
    prisma.invitation.findFirst({
      where: { email: (viewer.emailVerified && viewer.email) || '', status: 'PENDING' },
      select,
    }),
    prisma.membership.findFirst({ where: { organizationId, role: 'MEMBER' }, select }),
  ])
  const show = (type: TypeName, row: { id: string } | null, placeholder: string): string =>
    row ? publicId(type, row.id) : placeholder
  return {
    organizationId: publicId('Organization', organizationId),
    appId: show('App', app, 'app_…'),
    installRequestId: show('InstallRequest', installRequest, 'req_…'),
    installationId: show('Installation', installation, 'ins_…'),
    invitationId: show('Invitation', invitation, 'inv_…'),
    membershipId: show('Membership', membership, 'mem_…'),
  }
}

/** One that the viewer administers, or at least belongs to; else their personal one. */
async function exampleOrganization(prisma: Core['prisma'], viewer: Viewer): Promise<string> {
  const shared = await prisma.organization.findMany({
    where: { id: { in: [...viewer.roles.keys()] }, edition: { not: 'PERSONAL' } },
    orderBy: { id: 'asc' },
    select: { id: true },
  })
  const best = shared.find(({ id }) => may(viewer, 'installations:decide', id)) ?? shared[0]
  return best?.id ?? viewer.personalOrganizationId
}
