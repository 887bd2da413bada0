import type { Operation } from '@urql/core'

type DocumentNode = Operation['query']

const known = new WeakMap<DocumentNode, ReadonlySet<string>>()

/**
 * The names of all fields that a document selects, on whatever type. `node` and `nodes` count at the root
 * only, where they find an object by its id: further down they are what a list consists of.
 */
export function fieldsOf(document: DocumentNode): ReadonlySet<string> {
  const found = known.get(document) ?? new Set(selected(document))
  known.set(document, found)
  return found
}

interface Selecting {
  readonly kind: string
  readonly name?: { readonly value: string }
  readonly selectionSet?: { readonly selections: readonly Selecting[] }
}

const OF_LISTS: ReadonlySet<string> = new Set(['node', 'nodes'])

function* selected({ definitions }: DocumentNode): Generator<string> {
  const queue = (definitions as unknown as Selecting[]).map((node) => ({
    node,
    isRoot: node.kind === 'OperationDefinition',
  }))
  for (const { node, isRoot } of queue) {
    for (const child of node.selectionSet?.selections ?? []) {
      const name = child.kind === 'Field' ? child.name?.value : undefined
      if (name && (isRoot || !OF_LISTS.has(name))) yield name
      queue.push({ node: child, isRoot: isRoot && child.kind !== 'Field' })
    }
  }
}
