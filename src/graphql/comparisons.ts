import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
} from 'graphql'

/** Fields and fragments in one another. The builder's limit on depth, which is lower, counts fields alone. */
const NESTING = 100

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** What selection sets with one response name above them select together. */
interface Merged {
  readonly fields: Map<string, FieldNode[]>
  readonly spread: Set<string>
  count: number
}

/**
 * Counts how many selections validation compares with one another (GraphQL section 5.3.2: fields of the same
 * response name can be merged, also where fragments bring them together), for all operations of a document.
 * The count ends at the limit, so it never takes longer than that, whatever the fragments multiply to.
 *
 * @returns QUERY_TOO_COMPLEX where there are more comparisons than the limit.
 */
export function tooManyComparisons({ definitions }: DocumentNode, limit: number): GraphQLError | undefined {
  const fragments: Fragments = new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  )
  const roots = definitions.flatMap((node) => ('selectionSet' in node && node.selectionSet ? [node.selectionSet] : []))
  // What is still to be looked at: a stack of its own, because documents may nest deeper than calls.
  const open = roots.map((root) => ({ sets: [root], nesting: 0 }))
  let comparisons = 0
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.nesting > NESTING) return tooDeep()
    const merged: Merged = { fields: new Map(), spread: new Set(), count: 0 }
    const refusal = merge(next.sets, fragments, merged, { limit, left: limit - comparisons })
    if (refusal) return refusal
    comparisons += merged.count * (merged.spread.size + 1)
    for (const fields of merged.fields.values()) {
      comparisons += (fields.length * (fields.length - 1)) / 2
      const sets = fields.flatMap(({ selectionSet }) => selectionSet ?? [])
      if (sets.length > 0) open.push({ sets, nesting: next.nesting + 1 })
    }
    if (comparisons > limit) return tooManyOf(limit)
  }
  return undefined
}

/** @returns why not, where there are more selections than the limit, or fragments in fragments without end. */
function merge(
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
  merged: Merged,
  { limit, left }: { readonly limit: number; readonly left: number },
): GraphQLError | undefined {
  const open = sets.map((set) => ({ set, nesting: 0 }))
  for (let next = open.pop(); next; next = open.pop()) {
    const nesting = next.nesting + 1
    merged.count += next.set.selections.length
    if (merged.count > left) return tooManyOf(limit)
    if (nesting > NESTING) return tooDeep()
    for (const selection of next.set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) open.push({ set: selection.selectionSet, nesting })
      else if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value
        const fields = merged.fields.get(name)
        if (fields) fields.push(selection)
        else merged.fields.set(name, [selection])
      } else if (!merged.spread.has(selection.name.value)) {
        merged.spread.add(selection.name.value)
        const fragment = fragments.get(selection.name.value)
        if (fragment) open.push({ set: fragment.selectionSet, nesting })
      }
    }
  }
  return undefined
}

const tooDeep = () => tooComplex(`its selections are nested deeper than ${NESTING}`)

const tooManyOf = (limit: number) =>
  tooComplex(`it selects the same fields, or spreads the same fragments, in more than ${limit} combinations`)

const tooComplex = (what: string): GraphQLError =>
  new GraphQLError(`This document is too large: ${what}.`, { extensions: { code: 'QUERY_TOO_COMPLEX' } })
