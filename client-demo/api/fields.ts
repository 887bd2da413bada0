import type { Operation } from '@urql/core'

type DocumentNode = Operation['query']

const known = new WeakMap<DocumentNode, ReadonlySet<string>>()

/** The names of all fields that a document selects, on whatever type. */
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

function* selected({ definitions }: DocumentNode): Generator<string> {
  const queue = [...definitions] as unknown as Selecting[]
  for (const node of queue) {
    if (node.kind === 'Field' && node.name) yield node.name.value
    queue.push(...(node.selectionSet?.selections ?? []))
  }
}
