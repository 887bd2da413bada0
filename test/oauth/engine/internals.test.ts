import { describe, expect, test } from 'vitest'
import { assertReached, kept, needed, rootsOf } from '../../../src/oauth/engine/internals.ts'
import { Provider } from '../../../src/oauth/engine/oidc.ts'

const provider = new Provider('https://gatehouse.example', { features: { devInteractions: { enabled: false } } })
const roots = rootsOf(provider)

/** The same as `target`, but what stands at the path is `value`. */
function except(target: object, [name = '', ...rest]: readonly string[], value: unknown): object {
  const there = Reflect.get(target, name)
  const instead = rest.length === 0 ? value : except(there, rest, value)
  return new Proxy({}, { get: (_, asked) => (asked === name ? instead : Reflect.get(target, asked)) })
}

test('the engine has all that is reached for', () => {
  expect(() => assertReached(roots)).not.toThrow()
})

describe('an engine that lacks something that is reached for is refused, and named is', () => {
  test.each(needed)('%s', (path) => {
    const lacking = except(roots, path.split('.'), undefined) as typeof roots
    expect(() => assertReached(lacking)).toThrow(path)
  })

  test.each(Object.entries(kept).flatMap(([model, fields]) => fields.map((field) => [model, field] as const)))(
    'the field %s.%s',
    (model, field) => {
      const { IN_PAYLOAD } = Reflect.get(provider, model) as { IN_PAYLOAD: readonly string[] }
      const others = IN_PAYLOAD.filter((one) => one !== field)
      const lacking = except(roots, ['provider', model, 'IN_PAYLOAD'], others) as typeof roots
      expect(() => assertReached(lacking)).toThrow(`${model}.${field}`)
    },
  )
})
