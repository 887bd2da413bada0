import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import { fourPeople, runs, Small, signedInAgain, steps } from '../support/histories.ts'
import { type Person, uuidOf } from '../support/team.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld({ config: { limits: { ...limits, organizationsPerUser: 1000 } } })
let people: Person[]

beforeAll(async () => {
  people = await fourPeople(world)
})

const ends = { APPROVED: 'INSTALL_APPROVED', DENIED: 'INSTALL_DENIED', WITHDRAWN: 'INSTALL_WITHDRAWN' }

test('whatever happens: streams are gapless, each request is asked for once and ends at most once, and a pending installation lasts as long as somebody asks', async () => {
  const { prisma } = world.server
  let requested = 0
  let ended = 0
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const small = await Small.create(world, await signedInAgain(world, people))
      const streamIds = [...small.organizations.map(uuidOf), ...people.map(({ id }) => id)]
      for (const step of history) await small.take(step)

      const streams = await prisma.stream.findMany({
        where: { id: { in: streamIds } },
        include: { events: { orderBy: { sequence: 'asc' } } },
      })
      for (const { head, events } of streams) {
        expect(events.map(({ sequence }) => Number(sequence))).toEqual(
          Array.from({ length: Number(head) }, (_, i) => i + 1),
        )
      }

      const organizationId = { in: small.organizations.map(uuidOf) }
      const requests = await prisma.installRequest.findMany({ where: { organizationId } })
      const told = streams.filter(({ kind }) => kind === 'ORGANIZATION').flatMap(({ events }) => events)
      const ids = new Set(told.flatMap(({ installRequestId }) => installRequestId ?? []))
      for (const id of ids) {
        const types = told.filter((event) => event.installRequestId === id).map(({ type }) => type)
        const request = requests.find((row) => row.id === id)
        const end = request && request.status !== 'PENDING' ? [ends[request.status]] : []
        const asked = types.filter((type) => type === 'INSTALL_REQUESTED')
        expect(asked.length).toBeGreaterThan(0)
        // Asked, perhaps added to, and then at most one end. What an app took along when it was deleted may have none.
        if (request) expect(types).toEqual([...asked, ...end])
        else expect(types.slice(0, asked.length + 1)).toEqual(types)
        requested += 1
        ended += types.length - asked.length
      }
      expect(requests.every(({ id }) => ids.has(id))).toBe(true)

      const pending = requests.filter(({ status }) => status === 'PENDING')
      const places = pending.map(
        ({ appId, organizationId, requesterId }) => `${appId} ${organizationId} ${requesterId}`,
      )
      expect(new Set(places).size).toBe(places.length)
      const members = await prisma.membership.findMany({ where: { organizationId } })
      for (const { requesterId, organizationId } of pending) {
        expect(members).toContainEqual(expect.objectContaining({ userId: requesterId, organizationId }))
      }
      const waiting = await prisma.installation.findMany({ where: { organizationId, state: 'PENDING' } })
      const installed = await prisma.installation.findMany({ where: { organizationId, state: 'INSTALLED' } })
      const key = ({ appId, organizationId }: { appId: string; organizationId: string }) => `${appId} ${organizationId}`
      const askedFor = new Set(pending.map(key).filter((place) => !installed.map(key).includes(place)))
      expect(waiting.map(key).sort()).toEqual([...askedFor].sort())

      // A user grants nothing where the app is not installed, and nobody does who is not a member.
      for (const grant of await prisma.grant.findMany({ where: { organizationId } })) {
        expect(installed.map(key)).toContain(key(grant))
        if (grant.userId) expect(members.some(({ userId }) => userId === grant.userId)).toBe(true)
      }
      const superAdmins = members.filter(({ role }) => role === 'SUPER_ADMIN')
      expect(new Set(superAdmins.map((member) => member.organizationId)).size).toBe(2)
    }),
    runs(6),
  )
  // The histories were not empty ones.
  expect(requested).toBeGreaterThan(5)
  expect(ended).toBeGreaterThan(2)
})
