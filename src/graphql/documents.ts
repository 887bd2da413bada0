import {
  BREAK,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  Lexer,
  NoFragmentCyclesRule,
  type ParseOptions,
  parse,
  Source,
  syntaxError,
  TokenKind,
  type ValidationRule,
  validate,
  visit,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import { networkOf } from '../access/attempts.ts'
import { MemoryStore } from '../access/counters.ts'
import type { Core } from '../core.ts'
import { tooManyComparisons } from './comparisons.ts'
import { introspectionsIn } from './limits.ts'
import type { RequestContext } from './request-context.ts'

type Limits = Core['config']['limits']

/** More errors do not help a client. No suggestions, which compare a wrong name with every right one. */
const VALIDATION = { maxErrors: 5, hideSuggestions: true }
/** In characters: of all documents that are kept, which take about a hundred times as many bytes. */
const KEPT = 500_000
/** In characters. */
const LONGEST_NAME = 200
const OPERATIONS = 50
/** The place of each error is found by counting the lines before it, several times on its way to the client. */
const LINES = 5_000
/** The parser, and most of what looks at a document later, calls itself for each level of brackets. */
const NESTING = 200

/**
 * Parses and validates documents, each with bounded work, and keeps those that were accepted, up to
 * {@link KEPT} characters. A document that is not kept, or asks for the schema, counts for the network of a client that is
 * signed out.
 */
export function takeDocuments({ config, clock }: Pick<Core, 'config' | 'clock'>): Plugin<object, RequestContext> {
  const { limits, durations } = config
  const accepted = new LRUCache<string, DocumentNode>({ maxSize: KEPT, sizeCalculation: (_, text) => text.length + 1 })
  const counts = new MemoryStore()

  /** @throws {GraphQLError} TOO_MANY_REQUESTS */
  function count({ viewer, address }: RequestContext): void {
    if (viewer) return
    const now = clock.now()
    const expiresAt = new Date(now.getTime() + durations.signedOutDocumentWindow)
    const place = counts.reserve(networkOf(address), { limit: limits.signedOutDocumentsPerAddress, now, expiresAt })
    if ('endsAt' in place) throw tooManyRequests(Math.max(1, Math.ceil((+place.endsAt - +now) / 1000)))
    counts.settle(place, true)
  }

  return {
    onParse({ context, params: { source }, setParsedDocument, setParseFn }) {
      const known = accepted.get(textOf(source))
      // The schema is much to answer, and a document of a few bytes asks for it.
      if (known && !introspectionsIn(known)) return setParsedDocument(known)
      setParseFn((text: string | Source, options?: ParseOptions) => {
        count(context as unknown as RequestContext)
        return known ?? parseWithin(limits.queryTokens, text, options)
      })
    },
    onValidate({ params: { documentAST }, setResult, setValidationFn }) {
      const document: DocumentNode = documentAST
      const text = document.loc?.source.body
      if (text !== undefined && accepted.peek(text) === document) return setResult([])
      setValidationFn((schema: GraphQLSchema, node: DocumentNode, rules: readonly ValidationRule[]) =>
        validateWithin(limits, schema, node, rules),
      )
      return ({ valid }) => {
        if (valid && text !== undefined) accepted.set(text, document)
      }
    },
  }
}

const textOf = (source: string | Source): string => (typeof source === 'string' ? source : source.body)

function parseWithin(maxTokens: number, source: string | Source, options?: ParseOptions): DocumentNode {
  if (hasMoreLines(textOf(source), LINES)) {
    throw new GraphQLError(`Syntax Error: A document may have at most ${LINES} lines.`)
  }
  assertParsable(typeof source === 'string' ? new Source(source) : source, maxTokens)
  return parse(source, options)
}

/** What opens a level, and what closes it. */
const LEVELS: Partial<Record<TokenKind, number>> = {
  [TokenKind.BRACE_L]: 1,
  [TokenKind.BRACKET_L]: 1,
  [TokenKind.PAREN_L]: 1,
  [TokenKind.BRACE_R]: -1,
  [TokenKind.BRACKET_R]: -1,
  [TokenKind.PAREN_R]: -1,
}

/** Reads the words of a document, in one loop: a parser that nests too deeply ends wherever its stack does. */
function assertParsable(source: Source, maxTokens: number): void {
  const lexer = new Lexer(source)
  let depth = 0
  for (let tokens = 0; lexer.advance().kind !== TokenKind.EOF; ) {
    const { kind, start } = lexer.token
    tokens += 1
    depth += LEVELS[kind] ?? 0
    if (depth > NESTING) throw syntaxError(source, start, `A document may be nested at most ${NESTING} levels deep.`)
    if (tokens > maxTokens) throw syntaxError(source, start, `A document may have at most ${maxTokens} tokens.`)
  }
}

/** Lines end as GraphQL section 2.1.2 says. */
function hasMoreLines(text: string, most: number): boolean {
  let lines = 1
  for (const _ of text.matchAll(/\r\n|[\n\r]/g)) {
    lines += 1
    if (lines > most) return true
  }
  return false
}

/** What is wrong with the document. What would take long to validate is refused without. */
export function validateWithin(
  limits: Pick<Limits, 'queryComparisons'>,
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
): readonly GraphQLError[] {
  const refusal = longName(document) ?? tooManyOperations(document)
  if (refusal) return [refusal]
  const tooMany = tooManyComparisons(document, limits.queryComparisons)
  if (!tooMany) return validate(schema, document, rules, VALIDATION)
  // Fragments that spread themselves have no end, so a cycle is the better reason.
  const cycles = validate(schema, document, [NoFragmentCyclesRule], VALIDATION)
  return cycles.length > 0 ? cycles : [tooMany]
}

/** Names are repeated in messages. */
function longName(document: DocumentNode): GraphQLError | undefined {
  let error: GraphQLError | undefined
  visit(document, {
    Name(node) {
      if (node.value.length <= LONGEST_NAME) return undefined
      error = new GraphQLError(`A name may have at most ${LONGEST_NAME} characters.`, { nodes: node })
      return BREAK
    },
  })
  return error
}

/** Each operation is validated with all fragments that it reaches. */
function tooManyOperations({ definitions }: DocumentNode): GraphQLError | undefined {
  const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  if (operations.length <= OPERATIONS) return undefined
  return new GraphQLError(`A document may have at most ${OPERATIONS} operations.`)
}

const tooManyRequests = (retryAfterSeconds: number): GraphQLError =>
  new GraphQLError(
    `Too many new documents were sent from this network without signing in. Try again in ${retryAfterSeconds} seconds, or sign in.`,
    {
      extensions: {
        code: 'TOO_MANY_REQUESTS',
        retryAfterSeconds,
        http: ownStatus(429, { 'Retry-After': String(retryAfterSeconds) }),
      },
    },
  )

/** Yoga takes an error of the parser for one of syntax, which `spec` says; those come with 200 to older clients. */
const ownStatus = (status: number, headers: Record<string, string>) =>
  Object.defineProperty({ status, headers }, 'spec', { get: () => false, set: () => {} })
