import { z } from 'zod'
import type { Scope } from './config/catalogue.ts'
import type { Fault } from './errors.ts'
import { distinct, refusal } from './input.ts'

/** Sets of scope names, kept as lists in the order of the first. */
export const union = (...lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())]
export const without = (list: readonly string[], taken: readonly string[]): string[] => {
  const set = new Set(taken)
  return list.filter((scope) => !set.has(scope))
}
export const intersection = (list: readonly string[], other: readonly string[]): string[] => {
  const set = new Set(other)
  return list.filter((scope) => set.has(scope))
}
export const sameScopes = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && without(one, other).length === 0

/** One or more scopes out of the catalogue. */
export const scopesOfCatalogue = (catalogue: readonly Scope[]) =>
  scopesAmong(
    catalogue.map(({ name }) => name),
    { code: 'UNKNOWN_SCOPE', message: 'is not in the catalogue of scopes' },
  )

/** One or more scopes out of those `offered`; where none are named, all of them. */
export const scopesOutOf = (offered: readonly string[], offer: string) =>
  scopesAmong(offered, { code: 'NOT_OFFERED', message: `is not among the scopes that ${offer}` })
    .nullish()
    .transform((scopes) => scopes ?? [...offered])

function scopesAmong(names: readonly string[], fault: Fault) {
  const known = new Set(names)
  return distinct(
    z.string().superRefine((value, context) => {
      if (!known.has(value)) context.addIssue({ code: 'custom', ...refusal({ ...fault, value }) })
    }),
  ).min(1, 'must name at least one scope')
}
