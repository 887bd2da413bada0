import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mixesScripts, skeleton } from '../../src/names.ts'
import { hashPassword } from '../../src/sign-in/passwords.ts'
import { legible, readLine, readProse } from '../../src/text.ts'
import { Prober } from './prober.ts'
import { inForm, namedTypeOf, slots } from './slots.ts'

// One text has many spellings in Unicode, and keyboards differ in which they make: each kind of text has one form.

let prober: Prober

beforeAll(async () => {
  prober = await Prober.start()
})

afterAll(() => prober[Symbol.asyncDispose]())

const composed = 'Zo\u00eb \ud55c \u1e69'
const decomposed = composed.normalize('NFD')

/** Every place in the database in which this text stands. */
async function placesOf(text: string): Promise<string[]> {
  const { prisma } = prober.server
  const columns = await prisma.$queryRaw<{ table: string; column: string }[]>`
    SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb', 'ARRAY') ORDER BY 1, 2`
  const selects = columns.map(
    ({ table, column }) =>
      `SELECT '${table}.${column}' AS place FROM "${table}" WHERE position('${text}' IN "${column}"::text) > 0`,
  )
  const found = await prisma.$queryRawUnsafe<{ place: string }[]>(selects.join(' UNION '))
  return found.map(({ place }) => place).sort()
}

test('whatever text slot holds a decomposed spelling is answered as for the composed one, which alone is kept', async () => {
  const texts = slots.filter((slot) => namedTypeOf(slot) === 'String')
  expect(texts.length).toBeGreaterThan(30)
  for (const slot of texts) {
    const replies = [composed, decomposed].map((text) => prober.send(slot, inForm(slot, text)))
    const [first, second] = (await Promise.all(replies)).map(({ code, paths, reasons }) => ({ code, paths, reasons }))
    expect([slot.name, second]).toEqual([slot.name, first])
  }
  expect(await placesOf(composed)).toEqual(expect.arrayContaining(['App.name', 'App.description', 'Organization.name']))
  expect(await placesOf(decomposed)).toEqual([])
})

describe('an app whose name has several spellings', () => {
  const spellings = ['Cafe\u0301 12', 'Caf\u00e9 12', ' Caf\u00e9\u00a012\u3000', 'Ｃａｆé １２', 'Caf\u00e9  12']

  test.each(spellings)('is found and deleted by all of them where it was called %j', async (name) => {
    const { team } = prober
    for (const typed of spellings) {
      const appId = await team.app({ name })
      const search = 'query ($o: ID!, $s: String) { organization(id: $o) { apps(search: $s) { totalCount } } }'
      const found = await prober.query(search, { o: team.id, s: typed.trim() })
      expect([typed, found.data.organization.apps.totalCount]).toEqual([typed, 1])
      const remove = 'mutation ($i: DeleteAppInput!) { deleteApp(input: $i) { ... on Error { code } } }'
      expect([typed, await prober.query(remove, { i: { appId, confirmation: typed } })]).toEqual([
        typed,
        expect.objectContaining({ code: 'ok' }),
      ])
    }
  })
})

describe('a password', () => {
  const signIn = async (email: string, password: string) =>
    (
      await prober.query('mutation ($i: SignInInput!) { signIn(input: $i) { ... on Error { code } } }', {
        i: { email, password },
      })
    ).code

  test('is the same in every spelling', async () => {
    const { email } = await prober.server.createUser({ password: 'cre\u0300me br\u00fble\u0301e' })
    for (const typed of [
      'cr\u00e8me br\u00fbl\u00e9e',
      'cre\u0300me\u00a0bru\u0302le\u0301e',
      'cre\u0300me br\u00fble\u0301e',
    ])
      expect([typed, await signIn(email, typed)]).toEqual([typed, 'ok'])
    expect(await signIn(email, 'creme brulee')).toBe('INVALID_CREDENTIALS')
  })

  test('that was hashed as it was typed goes on working', async () => {
    const { server } = prober
    const { id, email } = await server.createUser()
    const { hash } = await import('@node-rs/argon2')
    const old = await hash('cre\u0300me br\u00fble\u0301e', server.config.passwordHashing)
    expect(await hashPassword(server.config, 'x')).not.toBe(old)
    await server.prisma.passwordCredential.update({ where: { userId: id }, data: { hash: old } })
    expect(await signIn(email, 'cre\u0300me br\u00fble\u0301e')).toBe('ok')
  })
})

describe('what cannot be seen', () => {
  test.each(
    [
      ...[
        'a\u200bb',
        'a\u00adb',
        'a\u034fb',
        'a\u2060b',
        'a\ufeffb',
        'a\u180eb',
        'a\u200e',
        'a\u200f',
        'a\u061cb',
        'a\u2063b',
      ],
      ...[
        'a\u3164',
        'a\u115f',
        'a\u1160',
        'a\uffa0',
        'a\u17b4',
        'a\u2800b',
        'a\u{1d159}b',
        'a\u202eb',
        'a\u2066b',
        'a\u2028b',
        'a\u2029b',
      ],
      ...[
        'a\ufe0f',
        '1\ufe0f',
        'a\ufe00',
        'a\u{e0100}',
        'a\u{e0041}',
        'a\u200db',
        'a\u200cb',
        'a\u{1d173}',
        'a\ufff9b',
        'a\ufffc',
      ],
      ...['a\ue000', 'a\u{f0000}', 'a\u0378', 'a\uffff', 'a\0', 'a\u0085b', 'a\ud800', `a${'\u0335\u0338'.repeat(3)}`],
    ].map((text) => [text]),
  )('is refused: %j', (text) => {
    expect(readLine(text, 100).fault?.code).toBe('BAD_CHARACTERS')
    if (/[\u061c\u200e\u200f]/.test(text)) expect(readProse(text, 100).fault).toBeUndefined()
    else expect(readProse(text, 100).fault?.code).toBe('BAD_CHARACTERS')
  })

  test.each(['\u0301', '\u3164', '\u2800', '\u00a0\u3000', '\u200b', '\u0301\u20dd'])(
    'makes no name alone: %j',
    (text) => {
      expect(readLine(text, 100).fault?.code).toBe('REQUIRED')
    },
  )

  test.each([
    ...['👩‍👩‍👧‍👦 Family', '👨🏽‍🚀', '❤️', '❤︎', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🇨🇳'],
    ...['می‌خواهم', 'क्‍ष', 'র‍্যাম', 'നന്‍', 'ශ්‍රී', '葛󠄀城', 'ᠮᠣ᠋ᠩ'],
    ...['日历（测试）', 'Ω™ ½', "O'Brien & Söhne", 'שָׁלוֹם', 'ทดสอบ', 'Tiếng Việt'],
  ])('is taken where writing needs it: %j', (text) => {
    expect(readLine(text, 100)).toEqual({ text: text.normalize('NFC'), fault: undefined })
  })

  test('is not shown where nobody refused it', () => {
    expect(legible('Mozilla\u202e/5.0\u200b 👩‍💻\nx\0')).toBe('Mozilla/5.0 👩‍💻\nx')
  })

  test('is looked for in a time that does not grow with the square of the text', () => {
    expect(readProse('\u0301\u0323'.repeat(500_000), 2000).fault?.code).toBe('TOO_LONG')
    expect(readLine('\u200d👩'.repeat(200), 1000).fault?.code).toBe('BAD_CHARACTERS')
  })
})

describe('a name', () => {
  test.each(['Аcme', 'Acmе', 'Яндекс Music', 'Ωmega', 'Ꭺcme', 'Acme გ', 'かなㄅ', '한かな', 'שלום app'])(
    'mixes writing systems: %s',
    (name) => expect(mixesScripts(name)).toBe(true),
  )

  test.each([
    'Acme',
    'Яндекс',
    'Café',
    '東京タワー Tokyo',
    '한국 漢字 abc',
    'ㄅㄆ 中 A',
    'ไทย',
    '日历 2',
    'µTorrent',
    '♥ 1️⃣',
    'ᚠᚢ',
  ])('does not mix writing systems: %s', (name) => expect(mixesScripts(name)).toBe(false))

  test.each(['Асmе', 'ΑCME', 'Ａｃｍｅ', '𝐀𝐜𝐦𝐞', 'Ac\u00admé', 'A.c.m.e', 'Acrne', 'ᎪCME'])(
    'reads like Acme: %s',
    (name) => {
      expect(skeleton(name)).toBe(skeleton('Acme'))
    },
  )

  test('does not read like another that only resembles it in a table', () => {
    for (const [one, other] of [
      ['Acme', 'Acne'],
      ['Mail', 'Mall'],
      ['Яндекс', 'Yandex'],
      ['日历', '日厉'],
    ] as const)
      expect(skeleton(one)).not.toBe(skeleton(other))
  })
})
