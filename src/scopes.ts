import { z } from 'zod'
import type { Scope } from './config.ts'
import { distinct } from './input.ts'

/** Sets of scope names, kept as lists in the order of the first. */
export const union = (...lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())]
export const without = (list: readonly string[], taken: readonly string[]): string[] =>
  list.filter((scope) => !taken.includes(scope))
export const intersection = (list: readonly string[], other: readonly string[]): string[] =>
  list.filter((scope) => other.includes(scope))
export const sameScopes = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && without(one, other).length === 0

/** One or more scopes out of the catalogue. */
export const scopesOfCatalogue = (catalogue: readonly Scope[]) =>
  distinct(
    z.string().refine((name) => catalogue.some((scope) => scope.name === name), 'is not in the catalogue of scopes'),
  ).min(1, 'must name at least one scope')

/** One or more scopes out of those `offered`; where none are named, all of them. */
export const scopesOutOf = (offered: readonly string[], offer: string) =>
  distinct(z.string().refine((name) => offered.includes(name), `is not among the scopes that ${offer}`))
    .min(1, 'must name at least one scope')
    .nullish()
    .transform((scopes) => scopes ?? [...offered])
