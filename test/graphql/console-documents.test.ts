import { glob, readFile } from 'node:fs/promises'
import { complexityFromQuery } from '@pothos/plugin-complexity'
import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  type TypeNode,
  typeFromAST,
  type ValidationRule,
  visit,
} from 'graphql'
import { expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import { validateWithin } from '../../src/graphql/documents.ts'
import { limitDocuments } from '../../src/graphql/limits.ts'
import { schema } from '../../src/server/schema.ts'

// What the console asks is within the limits, however long its pages are.

const sources = new URL('../../client-demo/', import.meta.url)

/** All operations and fragments that stand in the sources of the console. */
async function definitions(): Promise<DefinitionNode[]> {
  const found: DefinitionNode[] = []
  for await (const file of glob('**/*.{ts,tsx}', { cwd: sources, exclude: (name) => name === 'dist' })) {
    const text = await readFile(new URL(file, sources), 'utf8')
    for (const [, document = ''] of text.matchAll(/graphql\(\s*`([^`]+)`/g)) found.push(...parse(document).definitions)
  }
  return found
}

const all = await definitions()
const fragments = new Map(
  all.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
)
const operations = all.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? [node] : []))

/** The operation with the fragments that it reaches. */
function documentOf(operation: OperationDefinitionNode): DocumentNode {
  const reached = new Set<FragmentDefinitionNode>()
  const follow = (node: DefinitionNode) =>
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value)
        if (!fragment || reached.has(fragment)) return
        reached.add(fragment)
        follow(fragment)
      },
    })
  follow(operation)
  return { kind: Kind.DOCUMENT, definitions: [operation, ...reached] }
}

/** A value of the type that makes the operation as large as it can be. */
function largest(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return largest(type.ofType)
  if (isListType(type)) return Array.from({ length: limits.pageSize }, () => largest(type.ofType))
  const named = getNamedType(type)
  if (isEnumType(named)) return named.getValues()[0]?.name
  if (isInputObjectType(named)) {
    return Object.fromEntries(Object.values(named.getFields()).map((field) => [field.name, largest(field.type)]))
  }
  return { Int: limits.pageSize, Boolean: true, DateTime: '2026-01-01T00:00:00Z' }[named.name] ?? 'x'
}

const typeOf = (type: TypeNode) => typeFromAST(schema, type as never) as GraphQLInputType

const variablesOf = ({ variableDefinitions = [] }: OperationDefinitionNode) =>
  Object.fromEntries(variableDefinitions.map(({ variable, type }) => [variable.name.value, largest(typeOf(type))]))

const rules: ValidationRule[] = [...specifiedRules]
limitDocuments({ limits }).onValidate?.({ addValidationRule: (rule: ValidationRule) => rules.push(rule) } as never)

test('the console has documents', () => {
  expect(operations.length).toBeGreaterThan(40)
  expect(new Set(operations.map(({ operation }) => operation)).size).toBe(3)
})

test.each(operations.map((operation) => [operation.name?.value, operation] as const))('%s', (_name, operation) => {
  const document = documentOf(operation)
  expect(validateWithin(limits, schema, document, rules)).toEqual([])
  const variables = variablesOf(operation)
  const { complexity, depth } = complexityFromQuery(document, { schema, ctx: {}, variables })
  expect(depth).toBeLessThanOrEqual(limits.queryDepth)
  expect(complexity).toBeLessThanOrEqual(limits.queryComplexity)
})
