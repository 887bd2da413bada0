import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../src/database/client.ts'
import type { AppType, PrismaClient } from '../../src/database/generated/client/client.ts'
import { createTestDatabase, databaseKinds } from '../support/database.ts'
import { base, createOrganization, createUser, refusal } from './support.ts'

describe.each(databaseKinds)('the database (%s)', (kind) => {
  let resources: AsyncDisposableStack
  let prisma: PrismaClient

  beforeAll(async () => {
    resources = new AsyncDisposableStack()
    const { location } = resources.use(await createTestDatabase(kind))
    prisma = resources.use<Database>(await openDatabase(location)).prisma
  })
  afterAll(() => resources.disposeAsync())

  const later = (milliseconds: number) => new Date(Date.parse('2026-11-22T12:00:00Z') + milliseconds)
  const team = () => createOrganization(prisma, 'TEAM')
  const createApp = async (type: AppType, data: object = {}) => {
    const { id } = await team()
    return prisma.app.create({
      data: {
        ...base(),
        organizationId: id,
        name: 'Loom',
        type,
        distribution: 'EXTERNAL',
        updatedAt: later(0),
        ...data,
      },
    })
  }

  describe('of one row', () => {
    it('refuses blank names', async () => {
      expect(await refusal(prisma.user.create({ data: { ...base(), name: ' \t' } }))).toBe('User_name_not_blank')
      expect(await refusal(createApp('WEB', { name: '' }))).toBe('App_name_not_blank')
      const { id } = await team()
      expect(await refusal(prisma.organization.update({ where: { id }, data: { name: '  ' } }))).toBe(
        'Organization_name_not_blank',
      )
    })

    it('refuses a session that ends before it began', async () => {
      const user = await createUser(prisma)
      const session = { ...base(), userId: user.id, lastUsedAt: later(0), expiresAt: later(0) }
      expect(await refusal(prisma.session.create({ data: session }))).toBe('Session_ends_after_it_began')
      expect(await refusal(prisma.session.create({ data: { ...session, expiresAt: later(1) } }))).toBeUndefined()
    })

    it('refuses a personal organization without its user, and a team with one', async () => {
      const user = await createUser(prisma)
      const organization = { ...base(), name: 'Home' }
      for (const data of [
        { ...organization, edition: 'PERSONAL' as const },
        { ...organization, edition: 'TEAM' as const, personalUserId: user.id },
      ])
        expect(await refusal(prisma.organization.create({ data }))).toBe('Organization_personal_has_user')
    })

    it('refuses a negative count of apps', async () => {
      const { id } = await team()
      const taken = prisma.organization.update({ where: { id }, data: { appCount: { decrement: 1 } } })
      expect(await refusal(taken)).toBe('Organization_app_count_not_negative')
    })

    it('refuses redirect URIs where no browser is sent back', async () => {
      const redirectUris = ['https://example.org/callback']
      for (const type of ['DEVICE', 'SERVICE'] as const)
        expect(await refusal(createApp(type, { redirectUris }))).toBe('App_redirects_only_web_and_public')
      for (const type of ['WEB', 'PUBLIC'] as const)
        expect(await refusal(createApp(type, { redirectUris }))).toBeUndefined()
    })

    it('refuses post-logout redirect URIs there, too', async () => {
      const postLogoutRedirectUris = ['https://example.org/']
      for (const type of ['DEVICE', 'SERVICE'] as const)
        expect(await refusal(createApp(type, { postLogoutRedirectUris }))).toBe(
          'App_post_logout_redirects_only_web_and_public',
        )
      expect(await refusal(createApp('WEB', { postLogoutRedirectUris }))).toBeUndefined()
    })

    it('refuses an installation whose state and time contradict each other', async () => {
      const ids = { appId: (await createApp('WEB')).id, organizationId: (await team()).id }
      for (const data of [
        { ...base(), ...ids, state: 'INSTALLED' as const },
        { ...base(), ...ids, state: 'PENDING' as const, installedAt: later(0) },
      ])
        expect(await refusal(prisma.installation.create({ data }))).toBe('Installation_installed_has_time')
    })

    it('refuses an install request whose status and time contradict each other', async () => {
      const request = {
        appId: (await createApp('WEB')).id,
        organizationId: (await team()).id,
        requesterId: (await createUser(prisma)).id,
      }
      for (const data of [
        { ...base(), ...request, status: 'APPROVED' as const },
        { ...base(), ...request, status: 'PENDING' as const, decidedAt: later(0) },
      ])
        expect(await refusal(prisma.installRequest.create({ data }))).toBe('InstallRequest_decided_has_time')
    })

    it('refuses a stream that is pruned beyond its head', async () => {
      for (const data of [{ prunedThrough: 1 }, { prunedThrough: -1 }]) {
        const stream = prisma.stream.create({ data: { id: uuidv7(), kind: 'USER', ...data } })
        expect(await refusal(stream)).toBe('Stream_pruned_within_head')
      }
    })
  })

  describe('of what never changes', () => {
    it('keeps the edition of an organization', async () => {
      const { id } = await team()
      const change = prisma.organization.update({ where: { id }, data: { edition: 'ENTERPRISE' } })
      expect(await refusal(change)).toBe('Organization_edition_is_fixed')
      const rename = prisma.organization.update({
        where: { id },
        data: { edition: 'TEAM', name: 'Difference Engines' },
      })
      expect(await refusal(rename)).toBeUndefined()
    })

    it('keeps the user of a personal organization', async () => {
      const { id } = await createOrganization(prisma, 'PERSONAL')
      const { id: personalUserId } = await createUser(prisma)
      const change = prisma.organization.update({ where: { id }, data: { personalUserId } })
      expect(await refusal(change)).toBe('Organization_edition_is_fixed')
    })

    it('keeps the type of an app', async () => {
      const { id } = await createApp('WEB')
      expect(await refusal(prisma.app.update({ where: { id }, data: { type: 'PUBLIC' } }))).toBe('App_type_is_fixed')
      expect(await refusal(prisma.app.update({ where: { id }, data: { name: 'Jacquard' } }))).toBeUndefined()
    })

    it('keeps events as they were written, and lets them be pruned', async () => {
      const { id } = await prisma.event.create({
        data: {
          id: uuidv7(),
          sequence: 1,
          type: 'APP_CREATED',
          at: later(0),
          actorKind: 'SYSTEM',
          actorName: 'Gatehouse',
          stream: { create: { id: uuidv7(), kind: 'ORGANIZATION', head: 1 } },
        },
      })
      const change = prisma.event.update({ where: { id }, data: { actorName: 'Nobody' } })
      expect(await refusal(change)).toBe('Event_is_immutable')
      expect(await refusal(prisma.event.delete({ where: { id } }))).toBeUndefined()
    })
  })

  describe('of members', () => {
    it('refuses an organization without a super admin, at the end of the transaction', async () => {
      const made = prisma.$transaction(async (tx) => {
        const { id: userId } = await createUser(tx)
        await tx.organization.create({
          data: {
            ...base(),
            name: 'Nobody',
            edition: 'TEAM',
            memberships: { create: { ...base(), userId, role: 'ADMIN' } },
          },
        })
      })
      expect(await refusal(made)).toBe('Organization_keeps_super_admin')
      expect(await prisma.organization.count({ where: { name: 'Nobody' } })).toBe(0)
    })

    it('refuses to remove or demote the last super admin', async () => {
      const { memberships } = await createOrganization(prisma, 'TEAM', ['SUPER_ADMIN', 'ADMIN'])
      const where = { id: memberships[0]?.id ?? '' }
      expect(await refusal(prisma.membership.delete({ where }))).toBe('Organization_keeps_super_admin')
      expect(await refusal(prisma.membership.update({ where, data: { role: 'ADMIN' } }))).toBe(
        'Organization_keeps_super_admin',
      )
    })

    it('refuses to delete the account of the last super admin', async () => {
      const { memberships } = await team()
      const deletion = prisma.user.delete({ where: { id: memberships[0]?.userId ?? '' } })
      expect(await refusal(deletion)).toBe('Organization_keeps_super_admin')
    })

    it('lets the super admin be replaced in one transaction, in either order', async () => {
      const { memberships } = await createOrganization(prisma, 'TEAM', ['SUPER_ADMIN', 'MEMBER'])
      const [old, next] = memberships.map(({ id }) => ({ where: { id } }))
      if (!old || !next) throw new Error('two members expected')
      const swap = prisma.$transaction([
        prisma.membership.delete(old),
        prisma.membership.update({ ...next, data: { role: 'SUPER_ADMIN' } }),
      ])
      expect(await refusal(swap)).toBeUndefined()
    })

    it('lets an organization be deleted with its super admins', async () => {
      const { id } = await team()
      expect(await refusal(prisma.organization.delete({ where: { id } }))).toBeUndefined()
      expect(await prisma.membership.count({ where: { organizationId: id } })).toBe(0)
    })

    it('refuses anybody but its user in a personal organization', async () => {
      const { id: organizationId } = await createOrganization(prisma, 'PERSONAL')
      const { id: userId } = await createUser(prisma)
      const joining = prisma.membership.create({ data: { ...base(), organizationId, userId, role: 'MEMBER' } })
      expect(await refusal(joining)).toBe('Membership_personal_is_its_user')
    })

    it('refuses to remove its user from a personal organization, and lets both go together', async () => {
      const { personalUserId, memberships } = await createOrganization(prisma, 'PERSONAL')
      const leaving = prisma.membership.delete({ where: { id: memberships[0]?.id ?? '' } })
      expect(await refusal(leaving)).toBe('Organization_keeps_super_admin')
      expect(await refusal(prisma.user.delete({ where: { id: personalUserId ?? '' } }))).toBeUndefined()
    })
  })

  describe('of installations, grants and secrets', () => {
    it('refuses installations, requests and denials in a personal organization', async () => {
      const { id: organizationId } = await createOrganization(prisma, 'PERSONAL')
      const { id: appId } = await createApp('WEB')
      const { id: requesterId } = await createUser(prisma)
      const ids = { ...base(), appId, organizationId }
      expect(await refusal(prisma.installation.create({ data: { ...ids, state: 'PENDING' } }))).toBe(
        'Installation_not_personal',
      )
      expect(await refusal(prisma.installRequest.create({ data: { ...ids, requesterId } }))).toBe(
        'InstallRequest_not_personal',
      )
      expect(await refusal(prisma.denial.create({ data: { ...ids, deniedUntil: later(1) } }))).toBe(
        'Denial_not_personal',
      )
    })

    it('refuses a user on the grant of a service app, and none on any other', async () => {
      const { id: organizationId } = await team()
      const { id: userId } = await createUser(prisma)
      const [service, web] = [await createApp('SERVICE'), await createApp('WEB')]
      const grant = (appId: string, userId: string | null) =>
        refusal(prisma.grant.create({ data: { ...base(), appId, organizationId, userId } }))
      expect(await grant(service.id, userId)).toBe('Grant_user_fits_app_type')
      expect(await grant(web.id, null)).toBe('Grant_user_fits_app_type')
      expect(await grant(service.id, null)).toBeUndefined()
      expect(await grant(web.id, userId)).toBeUndefined()
    })

    it('refuses a second grant of a service app in one organization', async () => {
      const { id: organizationId } = await team()
      const { id: appId } = await createApp('SERVICE')
      const grant = () => refusal(prisma.grant.create({ data: { ...base(), appId, organizationId } }))
      expect(await grant()).toBeUndefined()
      expect(await grant()).toBe('Grant_one_app_auth_key')
    })

    it('refuses a second pending request of one user, and allows it once the first is decided', async () => {
      const request = {
        appId: (await createApp('WEB')).id,
        organizationId: (await team()).id,
        requesterId: (await createUser(prisma)).id,
      }
      const ask = () => prisma.installRequest.create({ data: { ...base(), ...request } })
      const first = await ask()
      expect(await refusal(ask())).toBe('InstallRequest_one_pending_key')
      await prisma.installRequest.update({ where: { id: first.id }, data: { status: 'DENIED', decidedAt: later(1) } })
      expect(await refusal(ask())).toBeUndefined()
    })

    it('forgets the hash of a secret that is revoked, and takes none for it again', async () => {
      const { id: appId } = await createApp('WEB')
      const secret = await prisma.appSecret.create({
        data: { ...base(), appId, hint: 'f00d', hash: { create: { hash: uuidv7() } } },
      })
      await prisma.appSecret.update({ where: { id: secret.id }, data: { revokedAt: later(1) } })
      const where = { secretId: secret.id }
      expect(await prisma.appSecretHash.count({ where })).toBe(0)
      const again = prisma.appSecretHash.create({ data: { ...where, hash: uuidv7() } })
      expect(await refusal(again)).toBe('AppSecretHash_secret_is_live')
    })
  })
})
