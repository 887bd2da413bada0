import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countInvitation } from '../../src/access/attempts.ts'
import { attempt, Counter, DatabaseStore } from '../../src/access/counters.ts'
import { limits } from '../../src/config/defaults.ts'
import type { TestUser } from '../support/server.ts'
import { useWorld } from '../support/world.ts'

// A counter ends at exactly the number of wrong attempts that were made: right ones leave it as it was.

const most = 4
const world = useWorld({
  config: {
    limits: {
      ...limits,
      failedSignInsPerAccount: most,
      failedSignInsPerAddress: most + 3,
      failedUserCodesPerAddress: 3,
    },
  },
})
const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { __typename ... on TooManyAttemptsError { retryAfterSeconds } } }`

const signIn = async ({ email }: TestUser, password: string): Promise<string> =>
  (await world.server.graphql(SIGN_IN, { input: { email, password } })).signIn.__typename
const rows = () => world.server.prisma.rateLimit.findMany({ select: { key: true, points: true, pending: true } })
const forget = () => world.server.prisma.rateLimit.deleteMany()

test('any number of right sign-ins at once succeeds, and none is counted', async () => {
  await forget()
  const user = await world.server.createUser()
  const answers = await Promise.all(Array.from({ length: 8 * most }, () => signIn(user, user.password)))
  expect(new Set(answers)).toEqual(new Set(['SignInSuccess']))
  for (const { points, pending } of await rows()) expect([points, pending]).toEqual([0, 0])
})

test('of wrong ones at once, as many are tried and counted as the limit says', async () => {
  await forget()
  const user = await world.server.createUser()
  const answers = await Promise.all(Array.from({ length: 3 * most }, () => signIn(user, 'wrong')))
  expect(answers.filter((name) => name === 'InvalidCredentialsError')).toHaveLength(most)
  expect(await signIn(user, user.password)).toBe('TooManyAttemptsError')
  for (const { points, pending } of await rows()) expect([points, pending]).toEqual([most, 0])
})

test('one that ends after its window leaves the next one as it is', async () => {
  await forget()
  const user = await world.server.createUser()
  await signIn(user, 'wrong')
  world.clock.advance(world.server.config.durations.signInWindow)
  await signIn(user, user.password)
  expect((await rows()).map(({ points, pending }) => [points, pending])).toEqual([
    [0, 0],
    [0, 0],
  ])
  for (let count = 0; count < most; count++) expect(await signIn(user, 'wrong')).toBe('InvalidCredentialsError')
  expect(await signIn(user, 'wrong')).toBe('TooManyAttemptsError')
})

test('two nodes together count exactly the wrong attempts that were tried, also among ones that fail', async () => {
  const { core } = world.server
  const limit = 5
  const nodes = [0, 1].map(() => new Counter(core, new DatabaseStore(core, 'two-nodes'), limit, 60_000))
  const step = fc.record({
    node: fc.constantFrom(0, 1),
    becomes: fc.constantFrom('right', 'wrong', 'failed', 'wrong, then failed'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      await forget()
      let wrong = 0
      await Promise.all(
        steps.map(async ({ node, becomes }) => {
          const place = { counter: nodes[node] as Counter, key: 'k' }
          const made = attempt([place], async (isWrong) => {
            await setImmediate()
            if (becomes.startsWith('wrong')) {
              wrong++
              isWrong()
            }
            if (becomes.endsWith('failed')) throw new Error('500')
          })
          await made.catch((error) =>
            expect(['500', 'Too many attempts'].some((text) => error.message.startsWith(text))).toBe(true),
          )
        }),
      )
      expect(wrong).toBeLessThanOrEqual(limit)
      const found = await rows()
      expect(found.map(({ points, pending }) => [points, pending])).toEqual([[wrong, 0]])
    }),
    { numRuns: 25 },
  )
})

test('invitations that come about count, and refused ones do not', async () => {
  await forget()
  const { core } = world.server
  const user = await world.server.createUser()
  const comesAbout = [true, false, true, false, false, true]
  await Promise.all(
    comesAbout.map((does) =>
      countInvitation(core, user.id, async () => {
        if (!does) throw new Error('refused')
      }).catch((error) => expect(error.message).toBe('refused')),
    ),
  )
  expect((await rows()).map(({ points, pending }) => [points, pending])).toEqual([[3, 0]])
})

test('any interleaving of right and wrong attempts leaves the wrong ones counted', async () => {
  const users = [await world.server.createUser(), await world.server.createUser()] as const
  const step = fc.record({ who: fc.constantFrom(0, 1), isRight: fc.boolean() })
  const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(rounds, async (all) => {
      await forget()
      const tried: [number, number] = [0, 0]
      for (const round of all) {
        const answers = await Promise.all(
          round.map(({ who, isRight }) =>
            signIn(users[who] as TestUser, isRight ? (users[who]?.password ?? '') : 'wrong'),
          ),
        )
        for (const [index, { who }] of round.entries())
          if (answers[index] === 'InvalidCredentialsError') tried[who as 0]++
        // A right one is refused only where wrong ones, of its own round too, have used up a limit.
        for (const [index, { who, isRight }] of round.entries())
          if (isRight && answers[index] === 'TooManyAttemptsError')
            expect(tried[0] + tried[1] >= most + 3 || (tried[who as 0] ?? 0) >= most).toBe(true)
      }
      const counts = (await rows()).filter(({ points, pending }) => points + pending > 0)
      const expected = [...tried, tried[0] + tried[1]].filter((count) => count > 0)
      expect(counts.map(({ points, pending }) => [points, pending]).sort()).toEqual(
        expected.map((count) => [count, 0]).sort(),
      )
    }),
    { numRuns: 15 },
  )
})
