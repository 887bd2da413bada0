import { buildSchema, parse } from 'graphql'
import { expect, it } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import { systemClock } from '../../src/core.ts'
import { sharedExecution } from '../../src/feed/execution.ts'
import type { Delivery } from '../../src/feed/following.ts'

const schema = buildSchema(
  'type Query { name: String } type Subscription { feed: Item } type Item { plain: Int, mine: String, broken: Int }',
)

/** Subscribers of the same document, as each would execute this event. */
function subscribersOf(query: string, variables: object[]) {
  let executed = 0
  const event = {
    plain: () => ++executed,
    mine: (_args: unknown, context: { viewer: { name: string } }) => `${context.viewer.name} ${++executed}`,
    broken: () => {
      throw new Error(String(++executed))
    },
  }
  const document = parse(query)
  return Promise.all(
    variables.map(async (variableValues, index) => {
      const run = sharedExecution({
        schema,
        document,
        variableValues: { ...variableValues },
        contextValue: { core: { clock: systemClock, config: { limits } } },
      })
      const delivery = { cursor: 'c', event, feed: event, viewer: { name: `viewer ${index}` } }
      const { data, errors } = await run(delivery as unknown as Delivery)
      return errors?.[0]?.message ?? JSON.parse(JSON.stringify(data)).feed
    }),
  )
}

it('what does not depend on the viewer is worked out once for all who ask the same', async () => {
  expect(await subscribersOf('subscription { feed { plain } }', [{}, {}, {}])).toEqual([
    { plain: 1 },
    { plain: 1 },
    { plain: 1 },
  ])
})

it('what depends on the viewer is worked out for each', async () => {
  const results = (await subscribersOf('subscription { feed { mine } }', [{}, {}, {}])) as { mine: string }[]
  expect(results.map(({ mine }) => mine.slice(0, 8))).toEqual(['viewer 0', 'viewer 1', 'viewer 2'])
})

it('other variables are another question', async () => {
  const query = 'subscription ($a: Int) { feed { plain @skip(if: false) } }'
  expect(await subscribersOf(query, [{ a: 1 }, { a: 2 }, { a: 1 }])).toEqual([{ plain: 1 }, { plain: 2 }, { plain: 1 }])
})

it('a failure is nobody else’s', async () => {
  expect(new Set(await subscribersOf('subscription { feed { broken } }', [{}, {}, {}])).size).toBe(3)
})
