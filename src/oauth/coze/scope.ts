import { union } from '../../scopes.ts'
import { TokenRefusal } from './answers.ts'

/** RFC 6749 section 3.3. */
const NAME = /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/

const invalid = (description: string) => new TokenRefusal('invalid_request', description)

/**
 * The scopes that a scope object names in the `permission_list`s of its `…_permission`s; undefined where
 * it names none, which means all.
 *
 * @throws {TokenRefusal} where it has another form, or limits the token in a way that Gatehouse does not
 * know: such a token would be worth more than was asked for.
 */
export function readScope(scope: unknown): string | undefined {
  if (scope === undefined || scope === null) return undefined
  if (!isObject(scope)) throw invalid('The field scope must be an object.')
  const lists: string[][] = []
  for (const [name, part] of Object.entries(scope)) {
    if (name === 'attribute_constraint') assertEmpty(part, 'scope.attribute_constraint')
    if (!name.endsWith('_permission') || part === null) continue
    if (!isObject(part)) throw invalid(`The field scope.${name} must be an object.`)
    for (const [key, value] of Object.entries(part)) {
      if (key === 'permission_list') lists.push(readList(value, `scope.${name}.${key}`))
      else if (key.endsWith('_id_list')) assertEmpty(value, `scope.${name}.${key}`)
    }
  }
  return union(...lists).join(' ') || undefined
}

function readList(value: unknown, path: string): string[] {
  if (value === null) return []
  const isList = Array.isArray(value) && value.every((name) => typeof name === 'string' && NAME.test(name))
  if (!isList) throw invalid(`The field ${path} must be a list of names of scopes.`)
  return value
}

/** Lets pass what limits nothing: null, empty lists, and objects of those. */
function assertEmpty(value: unknown, path: string): void {
  const rest = [value]
  for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
    if (one === null || (Array.isArray(one) && one.length === 0)) continue
    if (!isObject(one)) {
      throw invalid(
        `${path} is not supported: a token is good for the scopes of its organization, not for single bots, workspaces or workflows.`,
      )
    }
    rest.push(...Object.values(one))
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
