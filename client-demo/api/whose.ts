import { type Exchange, makeOperation, type Operation } from '@urql/core'
import { filter, map, pipe } from 'wonka'
import { graphql } from './graphql.ts'

type DocumentNode = Operation['query']

/** What every query asks besides: for whom it is answered. */
const Whose = graphql(`query Whose { whose: viewer { user { id } } }`)

const alsoAsked = (Whose as unknown as DocumentNode).definitions.flatMap((definition) =>
  definition.kind === 'OperationDefinition' ? definition.selectionSet.selections : [],
)

/**
 * Lets no answer through that is for somebody else than the first one was. The cookie is the browser's:
 * where somebody else signs in in another tab, what this one asks is answered to them.
 */
export function whoseExchange(onSomebodyElse: () => void): Exchange {
  let userId: string | undefined
  const documents = new WeakMap<DocumentNode, DocumentNode>()
  const originals = new WeakMap<DocumentNode, DocumentNode>()

  const asking = (document: DocumentNode): DocumentNode => {
    const known = documents.get(document)
    if (known) return known
    const definitions = document.definitions.map((definition) => {
      if (definition.kind !== 'OperationDefinition') return definition
      const selections = [...definition.selectionSet.selections, ...alsoAsked]
      return { ...definition, selectionSet: { ...definition.selectionSet, selections } }
    })
    const more = { kind: document.kind, definitions } as DocumentNode
    documents.set(document, more)
    originals.set(more, document)
    return more
  }
  const withDocument = (operation: Operation, query: DocumentNode): Operation =>
    makeOperation(operation.kind, { ...operation, query }, operation.context)

  return ({ forward }) =>
    (operations) =>
      pipe(
        operations,
        map((operation) => (operation.kind === 'query' ? withDocument(operation, asking(operation.query)) : operation)),
        forward,
        map((result) => {
          const query = originals.get(result.operation.query)
          if (!query) return { result, isOurs: true }
          const { whose, ...data } = result.data ?? {}
          const now: string | undefined = whose?.user.id
          userId ??= now
          const operation = withDocument(result.operation, query)
          return { result: { ...result, operation, data: result.data && data }, isOurs: !now || now === userId }
        }),
        filter(({ isOurs }) => {
          if (!isOurs) onSomebodyElse()
          return isOurs
        }),
        map(({ result }) => result),
      )
}
