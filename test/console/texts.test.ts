import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

// That both languages say everything, in the console and on the server's own pages. What then stands on
// the screen, accessibility.test.ts looks at.

const root = new URL('../../', import.meta.url)
const modules = globSync('{client-demo,src}/**/*texts.ts', { cwd: fileURLToPath(root) }).toSorted()

/** What has no Chinese characters in Chinese: it is nothing but signs around what is filled in. */
const withoutHan = new Set([
  'appTexts.quota',
  'appTexts.uriFields.redirectUris.placeholder',
  'appTexts.uriFields.postLogoutRedirectUris.placeholder',
  'sentenceTexts.unknown',
  'sentenceTexts.comma',
])

const isHan = (text: string): boolean => /\p{Script=Han}/u.test(text)

/** What texts depend on: with everything there is to be said, and with nothing of it. */
const facts = [
  { bySelf: true, hasUser: true, hasApp: true, endsTokens: true, scopes: 2, scopesBefore: 1, fields: 3, reason: 'x' },
  {
    bySelf: false,
    hasUser: false,
    hasApp: false,
    endsTokens: false,
    scopes: 0,
    scopesBefore: 0,
    fields: 0,
    reason: '',
  },
]
const details = { limit: '81', retryAfterSeconds: '82', decidedBy: '83', value: '84' }

/** What is filled into a text, whether that takes a word, a number or facts; one is told from the other. */
const samples = (some: object) =>
  ['71', 'ADMIN', '72', '73'].map((word) => Object.assign(new String(word), some, details, { toLowerCase: () => word }))

/** What was filled in, and what is left to be. */
const filledIn = (text: string): string[] => [...new Set(text.match(/\{\w+\}|ADMIN|[78][1-4]/g))].toSorted()

function* faultsOf(at: string, en: unknown, zh: unknown): Generator<string> {
  if (typeof en !== typeof zh) yield `${at}: ${typeof en} in English, ${typeof zh} in Chinese`
  else if (typeof en === 'function' && typeof zh === 'function') {
    for (const some of facts) yield* faultsOf(at, en(...samples(some)), zh(...samples(some)))
  } else if (typeof en === 'string' && typeof zh === 'string') {
    if (!en.trim() || isHan(en) || /undefined|\[object/.test(en)) yield `${at} is not English: ${en}`
    if (isHan(zh) === withoutHan.has(at) || /undefined|\[object/.test(zh)) yield `${at} is not Chinese: ${zh}`
    if (`${filledIn(en)}` !== `${filledIn(zh)}`) yield `${at} says different things: ${en} / ${zh}`
  } else {
    const [one, other] = [en, zh] as Record<string, unknown>[]
    const keys = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])
    if (keys.size === 0) yield `${at} says nothing`
    for (const key of keys) yield* faultsOf(`${at}.${key}`, one?.[key], other?.[key])
  }
}

test.each(modules)('%s says the same in English and in Chinese', async (path) => {
  const exported: Record<string, Record<string, unknown>> = await import(new URL(path, root).href)
  const texts = Object.entries(exported).filter(([, value]) => typeof value === 'object')
  expect(texts).not.toEqual([])
  const faults = texts.flatMap(([name, { en, zh }]) => [...faultsOf(name, en, zh)])
  expect(faults).toEqual([])
})
