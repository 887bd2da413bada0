import { expect, test } from 'vitest'
import { openDatabase } from '../../src/database/client.ts'
import { readMigrations } from '../../src/database/migration-files.ts'
import { nameForm } from '../../src/text.ts'
import { createTestDatabase, databaseKinds } from '../support/database.ts'
import { base, rows } from './support.ts'

const migration = (await readMigrations()).find(({ name }) => name.endsWith('_forms_of_text'))

const names = [
  'Harbor Team',
  'Cafe\u0301 Zoe\u0308',
  'Caf\u00e9',
  'Ａｃｍｅ１２ （ｔｅｓｔ）',
  'ｶﾞｽ ﾊﾟｰｸ',
  'Two\u00a0 \u3000blanks',
  'ﬁne ™ ½ 日历（测试）',
  '\u1112\u1161\u11ab\u1100\u1173\u11af',
]

const addresses: [address: string, isProven: boolean][] = [
  ["o'brien+x@mail.example.com", true],
  ['ann@xn--fsqu00a.xn--55qx5d', true],
  ['attacker@evil.example,ceo.victim.example', false],
  ['ceo@victim.example>', false],
  ['ann@例子.公司', false],
  ['ann@192.0.2.1', false],
]

test.each(databaseKinds)(
  'what an earlier version kept takes its form, and no odd address stays proven (%s)',
  async (kind) => {
    await using database = await createTestDatabase(kind)
    await using opened = await openDatabase(database.location)
    const { user } = opened.prisma
    for (const name of names) await user.create({ data: { ...base(), name } })
    for (const [email] of addresses)
      await user.create({ data: { ...base(), name: 'x', email, emailVerifiedAt: new Date() } })
    await rows(database.location, migration?.script ?? '')

    const users = await user.findMany({ orderBy: { id: 'asc' } })
    expect(users.filter(({ email }) => email === null).map(({ name }) => name)).toEqual(names.map(nameForm))
    const proven = users.flatMap(({ email, emailVerifiedAt }) =>
      email === null ? [] : [[email, emailVerifiedAt !== null]],
    )
    expect(proven).toEqual(addresses)
  },
)
