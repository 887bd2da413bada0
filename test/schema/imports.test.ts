import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

// Imports run one way: main → server → feed, oauth → sign-in → the nouns' schemas → their services → their rules.

interface Import {
  /** Below src/, without `.ts`; or the name of a package. */
  readonly from: string
  readonly to: string
  /** Whether there is anything of it left at run time. */
  readonly typeOnly: boolean
}

const src = fileURLToPath(new URL('../../src', import.meta.url))
const files = globSync('**/*.ts', { cwd: src }).filter((file) => !file.startsWith('database/generated'))
const statement = /^(?:import|export)\s(?:([^'"]*?)\sfrom\s)?['"]([^'"]+)['"]/gm

const imports: readonly Import[] = files.flatMap((file) =>
  [...readFileSync(join(src, file), 'utf8').matchAll(statement)].map(([, names = '', target = '']) => ({
    from: file.replace(/\.ts$/, ''),
    to: target.startsWith('.') ? join(dirname(file), target).replace(/\.ts$/, '') : target,
    typeOnly: isTypeOnly(names),
  })),
)

/** `type X`, or braces in which every name is a type. */
function isTypeOnly(names: string): boolean {
  if (/^type\s/.test(names)) return true
  const inBraces = /^\{([^}]*)\}$/s.exec(names.trim())?.[1]
  return inBraces?.split(',').every((name) => !name.trim() || /^type\s/.test(name.trim())) ?? false
}

const show = ({ from, to }: Import) => `${from} → ${to}`
const offences = (from: RegExp, to: RegExp, including: 'types' | 'values' = 'values') =>
  imports.filter((one) => from.test(one.from) && to.test(one.to) && (including === 'types' || !one.typeOnly)).map(show)

/** Of the nouns, those whose services another one's may call come before it. */
const nouns = ['organizations', 'apps', 'grants', 'installations', 'install-requests']

/** The rooms that are no schema and no rules: what opens transactions. `authenticate` reads headers. */
const service = new RegExp(
  `^(${[...nouns, 'access', 'sign-in', 'tokens', 'users'].join('|')})/(?!.*(schema|pages|texts|choices)$|rules$|authenticate$)`,
)

test('the files of src are found, and what they import', () => {
  expect(files.length).toBeGreaterThan(50)
  expect(imports.map(show)).toContain('apps/service → consequences')
  expect(imports.filter(({ typeOnly }) => typeOnly).map(show)).toContain('apps/rules → config/config')
})

test('only graphql/, the schemas of nouns and the feed know GraphQL', () => {
  const outside = /^(?!graphql\/)(?!.*schema$)(?!events\/event$)/
  expect(offences(outside, /^(@pothos\/|graphql\/builder$)/)).toEqual([])
  expect(offences(/^(?!graphql\/|feed\/|server\/)/, /^graphql$/, 'types')).toEqual([])
})

test('services know nothing of GraphQL, HTTP or the server', () => {
  expect(offences(service, /^(graphql|@pothos|graphql-yoga|hono|http|server\/|main$)/, 'types')).toEqual([])
  expect(offences(service, /schema$/, 'types')).toEqual([])
})

test('rules know no database, no service and no clock', () => {
  const rules = /(^|\/)(rules|worth)$/
  expect(offences(rules, /^(database|core$|.*service$|.*schema$|graphql)/)).toEqual([])
  for (const file of files.filter((name) => rules.test(name.replace(/\.ts$/, '')))) {
    expect(readFileSync(join(src, file), 'utf8')).not.toMatch(/Date\.now|new Date\(\)|process\.|Math\.random/)
  }
})

describe.each(nouns)('the services of %s', (noun) => {
  test('call those of earlier nouns only; later ones through consequences.ts', () => {
    const later = nouns.slice(nouns.indexOf(noun) + 1)
    if (later.length === 0) return expect(noun).toBe('install-requests')
    const forward = new RegExp(`^(${later.join('|')})/(?!rules$)`)
    expect(offences(new RegExp(`^${noun}/(?!.*schema$)`), forward)).toEqual([])
  })
})

test('nothing is imported from above: the server from main only, main from nowhere', () => {
  expect(offences(/./, /^main$/, 'types')).toEqual([])
  expect(offences(/./, /^server\/server$/)).toEqual(['main → server/server'])
  expect(offences(/^(database|config|errors|ids|input|scopes|core)/, /^(graphql|feed|http|server)/)).toEqual([])
})

test('the environment is read by config/config.ts, and by main.ts to hand it over', () => {
  const readers = files.filter((file) => /process\.env/.test(readFileSync(join(src, file), 'utf8')))
  expect(readers.sort()).toEqual(['config/config.ts', 'main.ts'])
})

test('nobody ends the process but the guard of the shutdown', () => {
  const enders = files.filter((file) => /process\.exit\(/.test(readFileSync(join(src, file), 'utf8')))
  expect(enders).toEqual(['main.ts'])
})
