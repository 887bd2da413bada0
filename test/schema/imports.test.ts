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

const root = fileURLToPath(new URL('../..', import.meta.url))
const src = join(root, 'src')
const statement = /^(?:import|export)\s(?:([^'"]*?)\sfrom\s)?['"]([^'"]+)['"]/gm
const onDemand = /\bimport\('(\.[^']+)'\)/g

/** The modules below a folder, without what is generated. */
const modulesOf = (folder: string): string[] =>
  globSync('**/*.{ts,tsx}', { cwd: join(root, folder) }).filter(
    (file) => !/(^|\/)(generated|dist[^/]*)\/|\.d\.ts$/.test(file),
  )

const files = modulesOf('src')

/** What the modules of a folder import; also types, and what is loaded only when it is needed. */
function importsOf(folder: string): readonly Import[] {
  return modulesOf(folder).flatMap((file) => {
    const text = readFileSync(join(root, folder, file), 'utf8')
    const found = [...text.matchAll(statement)].map(([, names = '', target = '']) => ({ names, target }))
    const later = [...text.matchAll(onDemand)].map(([, target = '']) => ({ names: '', target }))
    return [...found, ...later].map(({ names, target }) => ({
      from: withoutEnding(file),
      to: target.startsWith('.') ? withoutEnding(join(dirname(file), target)) : target,
      typeOnly: isTypeOnly(names),
    }))
  })
}

const withoutEnding = (file: string): string => file.replace(/\.tsx?$/, '')

const imports = importsOf('src')

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

/** The circles among these imports, each as all that is in it. */
function circlesOf(edges: readonly (readonly [from: string, to: string])[]): string[][] {
  const next = Map.groupBy(edges, ([from]) => from)
  const reach = (start: string): ReadonlySet<string> => {
    const seen = new Set<string>()
    const open = [start]
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      for (const [, to] of next.get(one) ?? []) {
        if (seen.has(to)) continue
        seen.add(to)
        open.push(to)
      }
    }
    return seen
  }
  const reached = new Map([...next.keys()].map((one) => [one, reach(one)]))
  const ofOne = (one: string) =>
    [...next.keys()].filter((other) => reached.get(one)?.has(other) && reached.get(other)?.has(one))
  const circles = [...next.keys()]
    .filter((one) => reached.get(one)?.has(one))
    .map((one) => ofOne(one).toSorted().join(' '))
  return [...new Set(circles)].map((circle) => circle.split(' '))
}

/** Of an import, the two rooms in the innermost folder that holds both files: a file of it, or a folder with all that is below. */
function roomsOf({ from, to }: Import): readonly [from: string, to: string] {
  const [path, other] = [from.split('/'), to.split('/')]
  const shared = path.findIndex((part, index) => part !== other[index])
  const roomIn = (parts: readonly string[]) =>
    parts.slice(0, shared + 1).join('/') + (parts.length > shared + 1 ? '/' : '')
  return [roomIn(path), roomIn(other)]
}

/** Where services call forward: what must follow in later nouns when something of an earlier one ends. */
const stated = 'consequences'

describe.each(['src', 'client-demo'])('no circle in %s', (folder) => {
  const own = new Set(modulesOf(folder).map(withoutEnding))
  const between = importsOf(folder).filter(({ from, to }) => from !== stated && own.has(to))

  test('of files', () => {
    expect(between.length).toBeGreaterThan(200)
    expect(circlesOf(between.map(({ from, to }) => [from, to]))).toEqual([])
  })

  test('of folders, at any depth', () => {
    expect(circlesOf(between.map(roomsOf))).toEqual([])
  })
})

test('a circle is found, of two and of more', () => {
  expect(
    circlesOf([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
      ['c', 'd'],
    ]),
  ).toEqual([['a', 'b', 'c']])
  expect(
    circlesOf([
      ['a', 'b'],
      ['b', 'a'],
      ['x', 'y'],
      ['y', 'x'],
    ]),
  ).toEqual([
    ['a', 'b'],
    ['x', 'y'],
  ])
  expect(roomsOf({ from: 'oauth/token/limits', to: 'oauth/engine/ids', typeOnly: false })).toEqual([
    'oauth/token/',
    'oauth/engine/',
  ])
  expect(roomsOf({ from: 'core', to: 'keys/signing-keys', typeOnly: true })).toEqual(['core', 'keys/'])
})

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

test('only oauth/engine knows the OAuth engine, and one module there what the engine keeps to itself', () => {
  expect(offences(/^(?!oauth\/engine\/oidc$)/, /^oidc-provider$/, 'types')).toEqual([])
  expect(offences(/^(?!oauth\/engine\/internals$)/, /^oidc-provider\//, 'types')).toEqual([])
  expect(offences(/^(?!oauth\/)/, /^oauth\/engine\//, 'types')).toEqual([])
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
  expect(offences(/^(?!server\/|demo\/|main$)/, /^server\//, 'types')).toEqual([])
  expect(offences(/^(database|config|errors|ids|input|scopes|core)/, /^(graphql|feed|http|server)/, 'types')).toEqual(
    [],
  )
})

test('the environment is read by config/config.ts, and by main.ts to hand it over', () => {
  const readers = files.filter((file) => /process\.env/.test(readFileSync(join(src, file), 'utf8')))
  expect(readers.sort()).toEqual(['config/config.ts', 'main.ts'])
})

test('nobody ends the process but the guard of the shutdown', () => {
  const enders = files.filter((file) => /process\.exit\(/.test(readFileSync(join(src, file), 'utf8')))
  expect(enders).toEqual(['main.ts'])
})
