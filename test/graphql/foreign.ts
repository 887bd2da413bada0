import { generateKeyPairSync } from 'node:crypto'
import { viewerOf } from '../../src/demo/stand-ins.ts'
import type { TypeName } from '../../src/ids.ts'
import { inviteMember } from '../../src/organizations/invitations.ts'
import type { TestServer } from '../support/server.ts'
import { idOf, Team, uuidOf } from '../support/team.ts'
import { issueToken } from '../support/tokens.ts'

/** One object of each type in an organization, none of them the plain member's own, and what opens two of them. */
export interface Foreign {
  readonly team: Team
  readonly ids: Readonly<Record<TypeName, string>>
  readonly accessToken: string
  /** The end of the link of the invitation. */
  readonly invitationToken: string
}

export async function buildForeign(server: TestServer): Promise<Foreign> {
  const { prisma, core } = server
  const team = await Team.create(server)
  const { admin, superAdmin } = team
  const where = { organizationId: uuidOf(team.id) }
  const internal = (type: 'WEB' | 'SERVICE' = 'WEB') => team.app({ distribution: 'INTERNAL', type })
  const App = await internal()
  const InstallRequest = await team.request(App, { by: admin })
  const installed = await internal()
  const Grant = await team.grant(installed, { by: admin })
  const inviter = await viewerOf(core, superAdmin.id)
  const invited = { ...where, email: 'invited@elsewhere.example', role: 'MEMBER' } as const
  const { value: invitation } = await inviteMember(core, inviter, invited)
  const ids = {
    Organization: team.id,
    App,
    AppSecret: await team.secret(App),
    AppKey: await team.key(await internal('SERVICE'), publicKey()),
    Membership: await team.membershipOf(admin),
    Invitation: idOf('Invitation', invitation.invitation),
    User: idOf('User', admin),
    Session: idOf('Session', await prisma.session.findFirstOrThrow({ where: { userId: admin.id } })),
    InstallRequest,
    InstallCase: idOf('InstallCase', await prisma.installCase.findFirstOrThrow({ where })),
    Installation: await team.install(installed),
    Grant,
    Denial: await team.denial(await internal()),
    Event: idOf('Event', await prisma.event.findFirstOrThrow({ where: { streamId: uuidOf(team.id) } })),
  }
  const accessToken = (await issueToken(server, Grant)).token
  return { team, ids, accessToken, invitationToken: invitation.token }
}

/**
 * Who last wrote or locked the rows: a row keeps the number of a transaction that only locked it, also
 * after that ended, and whether it was committed or not.
 */
export async function marksOf({ prisma }: TestServer, ids: Foreign['ids']): Promise<Record<string, string>> {
  const marks = Object.entries(ids).map(
    ([type, id]) =>
      `SELECT '${type}' AS type, xmin::text || ' ' || xmax::text AS mark FROM "${type}" WHERE "id" = '${uuidOf(id)}'`,
  )
  const rows = await prisma.$queryRawUnsafe<{ type: string; mark: string }[]>(marks.join(' UNION ALL '))
  return Object.fromEntries(rows.map(({ type, mark }) => [type, mark]))
}

const publicKey = () => generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
