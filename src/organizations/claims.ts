import type { Tx } from '../database/client.ts'
import { type Organization, Prisma } from '../database/generated/client/client.ts'
import { lockInOrder } from '../database/locks.ts'
import { NotFound } from '../errors.ts'

// Everything that an end takes along, locked before any of it goes. The members come before their
// organization's row is deleted: a request for an app locks the requester's membership, and then refers to it.

/**
 * The organization, claimed for its end, with its apps everywhere.
 *
 * @throws {NotFound}
 */
export async function claimOrganization(tx: Tx, id: string): Promise<Organization> {
  const own = Prisma.sql`"organizationId" = ${id}::uuid`
  const ofOwnApps = Prisma.sql`"appId" IN (SELECT "id" FROM "App" WHERE ${own})`
  const concerned = Prisma.sql`${own} OR ${ofOwnApps}`
  await lockInOrder(tx, {
    App: own,
    AppSecret: ofOwnApps,
    AppKey: ofOwnApps,
    Organization: Prisma.sql`"id" = ${id}::uuid`,
    Membership: own,
    Installation: concerned,
    InstallRequest: concerned,
    Denial: concerned,
    Grant: concerned,
  })
  const organization = await tx.organization.findUnique({ where: { id } })
  if (!organization) throw new NotFound()
  return organization
}

/**
 * The user, claimed for the end of their account, with their personal organization, its apps everywhere,
 * their memberships, and every row that names them. Nobody makes them a member meanwhile, and they found
 * nothing.
 *
 * @returns the personal organization.
 * @throws {NotFound}
 */
export async function claimAccount(tx: Tx, userId: string): Promise<Organization> {
  const user = Prisma.sql`${userId}::uuid`
  await tx.$executeRaw`SELECT 1 FROM "User" WHERE "id" = ${user} FOR NO KEY UPDATE`
  const personal = await tx.organization.findUnique({ where: { personalUserId: userId } })
  if (!personal) throw new NotFound()
  const own = Prisma.sql`"organizationId" = ${personal.id}::uuid`
  const ofOwnApps = Prisma.sql`"appId" IN (SELECT "id" FROM "App" WHERE ${own})`
  const placesOf = (table: 'Membership' | 'Invitation', column: 'userId' | 'invitedById') =>
    Prisma.sql`"id" IN (SELECT "organizationId" FROM ${Prisma.raw(`"${table}"`)} WHERE ${Prisma.raw(`"${column}"`)} = ${user})`
  await lockInOrder(tx, {
    App: own,
    AppSecret: Prisma.sql`"createdById" = ${user} OR ${ofOwnApps}`,
    AppKey: Prisma.sql`"createdById" = ${user} OR ${ofOwnApps}`,
    Organization: Prisma.sql`"id" = ${personal.id}::uuid OR "createdById" = ${user}
      OR ${placesOf('Membership', 'userId')} OR ${placesOf('Invitation', 'invitedById')}`,
    Membership: Prisma.sql`"userId" = ${user}`,
    Installation: Prisma.sql`"installedById" = ${user} OR ${ofOwnApps} OR ("appId", "organizationId") IN (
      SELECT "appId", "organizationId" FROM "InstallRequest" WHERE "requesterId" = ${user} AND "status" = 'PENDING')`,
    InstallRequest: Prisma.sql`"requesterId" = ${user} OR "decidedById" = ${user} OR ${ofOwnApps}`,
    Denial: Prisma.sql`"deniedById" = ${user} OR ${ofOwnApps}`,
    Grant: Prisma.sql`"userId" = ${user} OR ${own} OR ${ofOwnApps}`,
  })
  return personal
}

/**
 * Keeps the user's account from being deleted until the commit. Comes before everything else that is
 * locked, as the deletion takes it first, too.
 *
 * @returns whether there still is one.
 */
export async function holdUser(tx: Tx, userId: string): Promise<boolean> {
  const users = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "User" WHERE "id" = ${userId}::uuid FOR SHARE`
  return users.length > 0
}
