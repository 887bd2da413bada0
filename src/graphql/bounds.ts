import { type ASTVisitor, type GraphQLError, type ValidationContext, valueFromASTUntyped } from 'graphql'
import type { Config } from '../config/config.ts'
import { InvalidInput } from '../errors.ts'
import { toGraphQLError } from './errors.ts'

type Bounds = Pick<Config['limits'], 'inputEntries' | 'inputText'>

interface InputPath {
  readonly value: unknown
  readonly key: string
  readonly parent?: InputPath
}

/**
 * Holds what a request brings, beside its document, to the bounds on lists and texts: its variables,
 * `extensions` and the name of its operation. To be asked before anything works on them. Each value is looked
 * at once.
 *
 * @throws {InvalidInput} at the first one that is too long, by its path in the request, such as
 * `variables.input.scopes`.
 */
export function assertBounded(parameters: object, bounds: Bounds): void {
  // The document has bounds of its own, and `boundLiterals` for the values in it.
  const places: InputPath[] = Object.entries(parameters)
    .filter(([key]) => key !== 'query')
    .map(([key, value]) => ({ key, value }))
  for (let place = places.pop(); place; place = places.pop()) {
    const { value } = place
    if (typeof value === 'string' && value.length > bounds.inputText) throw tooLong(place, bounds.inputText)
    if (typeof value !== 'object' || value === null) continue
    const entries = Object.entries(value)
    if (entries.length > bounds.inputEntries) throw tooMany(place, bounds.inputEntries)
    for (const [key, inner] of entries) places.push({ key, value: inner, parent: place })
  }
}

/** The same bounds for the values that stand in a document itself. */
export const boundLiterals =
  (bounds: Bounds) =>
  (context: ValidationContext): ASTVisitor => {
    const check = (name: string, value: unknown): GraphQLError | undefined => {
      try {
        assertBounded({ [name]: value }, bounds)
        return undefined
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return toGraphQLError(error)
      }
    }
    const report = (error: GraphQLError | undefined) => error && context.reportError(error)
    return {
      Argument: ({ name, value }) => void report(check(name.value, valueFromASTUntyped(value))),
      VariableDefinition: ({ variable, defaultValue }) =>
        void (defaultValue && report(check(variable.name.value, valueFromASTUntyped(defaultValue)))),
    }
  }

const tooLong = (place: InputPath, limit: number) =>
  InvalidInput.at(pathOf(place), { code: 'TOO_LONG', message: `must have at most ${limit} characters`, limit })

const tooMany = (place: InputPath, limit: number) =>
  InvalidInput.at(pathOf(place), { code: 'TOO_MANY', message: `must have at most ${limit} entries`, limit })

function pathOf({ key, parent }: InputPath): string[] {
  const path = [key]
  for (let above = parent; above; above = above.parent) path.push(above.key)
  // A key is a text of the client, too.
  return path.reverse().map((part) => part.slice(0, 100))
}
