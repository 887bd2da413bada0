import { getNamedType, isEnumType } from 'graphql'
import type { Slot } from './slots.ts'

// What requests can be full of.

/** So many characters of what `item` makes. */
function fill(size: number, item: (index: number) => string): string {
  const items: string[] = []
  for (let length = 0; length < size; length += items.at(-1)?.length ?? 0) items.push(item(items.length))
  return items.join('').slice(0, size)
}
const numbered = (index: number): string => index.toString(36).padStart(4, '0')

/** A text of about so many characters. */
export type Shape = (size: number) => string

/** What a form, or a query, can be full of. */
export const pairs = {
  'distinct and equal pairs': (size) =>
    fill(size, (index) => `&resource=${numbered(index)}&resource=x&a=${numbered(index)}`),
  // Without its `=`, each costs the parser a look at all that follows: only the bound on parameters keeps that small.
  'short pairs': (size) => fill(size, () => '&a='),
  'separators only': (size) => '&'.repeat(size),
  'a list': (size) => `&scope=${fill(size, (index) => `${numbered(index)}+`)}`,
} satisfies Record<string, Shape>

/** What a value in JSON can be full of. */
export const values: Readonly<Record<string, Shape>> = {
  'distinct items': (size) => `[${fill(size, (index) => `"${numbered(index)}",`)}""]`.replace(/"[^",]*""\]$/, '""]'),
  'equal items': (size) => `[${'"x",'.repeat(size / 4)}"x"]`,
  'distinct members': (size) => `{${Array.from({ length: size / 9 }, (_, index) => `"${numbered(index)}":1`)}}`,
  'lists in lists': (size) => '['.repeat(size / 2) + ']'.repeat(size / 2),
  'separators only': (size) => `[${' '.repeat(size)}]`,
}

/** What a GraphQL document can be full of. */
export const documents: Readonly<Record<string, Shape>> = {
  'distinct fields': (size) => `{ ${fill(size, (index) => `a${numbered(index)}: __typename `)} b: __typename }`,
  'one field over and over': (size) => `{ ${'__typename '.repeat(size / 11)} }`,
  'a long list in it': (size) => `{ nodes(ids: [${'"x" '.repeat(size / 4)}]) { id } }`,
  'a long text in it': (size) => `{ node(id: "${'x'.repeat(size)}") { id } }`,
  'fragments that spread the next': (size) =>
    Array.from({ length: size / 40 }, (_, index) => `fragment F${index} on Query { ...F${index + 1} }`).join(' '),
  'separators only': (size) => `{ __typename }${','.repeat(size)}`,
}

/** A text of letters, spaces and marks. */
export const mixed: Shape = (size) => `${'x'.repeat(size / 4)}${' '.repeat(size / 4)}x${'\u0301'.repeat(size / 4)}`

/** What a list of this slot can be full of. */
export function itemsOf(slot: Slot): Readonly<Record<string, (index: number) => unknown>> {
  const type = getNamedType(slot.type)
  const valid = isEnumType(type) ? type.getValues().map(({ name }) => name) : undefined
  const items: Record<string, (index: number) => unknown> = {
    'distinct items': valid ? (index) => valid[index % valid.length] : numbered,
    'equal items': () => valid?.[0] ?? 'x',
  }
  // These are looked at one by one, and then together.
  const areUris = slot.field.endsWith('edirectUris')
  return areUris ? { ...items, 'distinct URIs': (index) => `https://a.example/${numbered(index)}` } : items
}
