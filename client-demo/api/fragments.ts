import { graphql, type ResultOf } from './graphql.ts'

/** A scope in the words of the catalogue. The document needs `$language: Language!`. */
export const ScopeFields = graphql(`
  fragment ScopeFields on Scope { name description(language: $language) sensitive }
`)

export type Scope = ResultOf<typeof ScopeFields>

/** What an action touches. The mutation takes the `version`, and is refused where that is not how things are. */
export const ImpactFields = graphql(`
  fragment ImpactFields on Impact { organizations users grants liveTokens lastUsedAt version }
`)

export type Impact = ResultOf<typeof ImpactFields>
