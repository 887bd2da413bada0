import fc from 'fast-check'
import parseAddresses from 'nodemailer/lib/addressparser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/config/defaults.ts'
import { readSender } from '../../src/config/sender.ts'
import { emailAddress } from '../../src/email.ts'
import { hashPassword } from '../../src/sign-in/passwords.ts'
import { Browser } from '../sign-in/browser.ts'
import { type MailServer, startMailServer } from '../support/mail.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { Team } from '../support/team.ts'
import { call } from './operations.ts'

// Where a mail goes is what its address proves: an address is stored exactly as it is mailed, to nobody else.

let mail: MailServer
let server: TestServer
let team: Team

beforeAll(async () => {
  mail = await startMailServer()
  server = await startTestServer({
    env: { SMTP_URL: mail.url, MAIL_FROM: '"Gate, of Example" <gate@example.com>' },
    config: { limits: { ...limits, invitationsPerUser: 100_000 } },
  })
  team = await Team.create(server)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await mail[Symbol.asyncDispose]()
})

const invite = (email: string) =>
  call(server, team.superAdmin, 'inviteMember', { organizationId: team.id, email }, 'mailed invitation { email }')

/** What the mail for an address says and where it went; undefined where the address is refused. */
async function roundTrip(typed: string) {
  const sent = mail.mails.length
  const answer = await invite(typed)
  if (answer.code === 'INVALID_INPUT') {
    expect(mail.mails).toHaveLength(sent)
    return undefined
  }
  expect(answer).toMatchObject({ mailed: true })
  const header = /^To: (.*)$/m.exec(mail.mails.at(-1) ?? '')?.[1] ?? ''
  return {
    stored: answer.invitation.email,
    recipients: mail.recipients.at(-1),
    header: parseAddresses(header, { flatten: true }).map(({ address }) => address),
  }
}

const onlyTo = (address: string) => ({ stored: address, recipients: [address], header: [address] })

const pieces = fc.constantFrom(
  ...[
    'ann',
    'ceo',
    'victim',
    'evil',
    '.example',
    '.com',
    '@',
    '@',
    '＠',
    '.',
    '．',
    '。',
    '-',
    '_',
    '+',
    "'",
    '&',
    '=',
  ],
  ...[
    ',',
    '，',
    ';',
    ':',
    '：',
    ' ',
    '\t',
    '\n',
    '\u00a0',
    '<',
    '>',
    '＜',
    '"',
    '(c)',
    '[127.0.0.1]',
    '127.0.0.1',
    '%',
    '!',
  ],
  ...[
    '\\',
    '/',
    '|',
    '`',
    'é',
    'e\u0301',
    'ß',
    'ＥＶＩＬ',
    '例子',
    'xn--',
    '\u00ad',
    '\u200b',
    '\u202e',
    '\0',
    '℀',
    'ﬁ',
    'K',
    'İ',
  ],
  ...['mailto:', '=?utf-8?q?a?=', '?to=', ':25', '.localhost', '0x7f', '😀', '\ud800'],
)
const addresses = fc.oneof(
  fc.emailAddress(),
  fc.array(pieces, { minLength: 3, maxLength: 8 }).map((parts) => parts.join('')),
  fc.array(pieces, { maxLength: 3 }).map((parts) => `ann@example${parts.join('')}.com`),
  fc.array(pieces, { maxLength: 3 }).map((parts) => `a${parts.join('')}nn@example.com`),
)

describe('an address', () => {
  test.each([
    ['  New.Person@Example.COM ', 'new.person@example.com'],
    ["O'Brien+tag@mail.example.com", "o'brien+tag@mail.example.com"],
    ['ann@EXÄMPLE.com', 'ann@xn--exmple-cua.com'],
    ['ann@exa\u0308mple.com', 'ann@xn--exmple-cua.com'],
    ['ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ann@example.com'],
    ['ann@例子。公司', 'ann@xn--fsqu00a.xn--55qx5d'],
  ])('%j is stored, mailed and read as %s', async (typed, address) => {
    expect(await roundTrip(typed)).toEqual(onlyTo(address))
  })

  test.each([
    'attacker@evil.example,ceo.victim.example',
    '=?utf-8?q?ceo=40victim.example?=@evil.example',
    'a=?b@evil.example',
    'attacker@evil.example，ceo.victim.example',
    'attacker@evil.example;ceo@victim.example',
    'ceo@victim.example <attacker@evil.example>',
    'ceo@victim.example>,<attacker@evil.example',
    '<attacker@evil.example>',
    '@evil.example:ceo@victim.example',
    'ceo%victim.example@evil.example',
    'evil.example!ceo@victim.example',
    '"ceo@victim.example"@evil.example',
    'ceo(x)@victim.example',
    'ceo@victim.example(x)',
    'ceo@victim.example:25',
    'ceo@victim.example.',
    'ceo@victim..example',
    'ceo@-victim.example',
    'ceo@[192.0.2.1]',
    'ceo@192.0.2.1',
    'ceo@0x7f.1',
    'ceo@localhost',
    'mailto:ceo@victim.example',
    'ceo@victim.example?cc=attacker@evil.example',
    'ceo@victim.example/..',
    'ceo@vic\u00adtim.example',
    'ceo@vic tim.example',
    'ceo@victim.example\nBcc: attacker@evil.example',
    'ceo@😀.example',
    `ceo@${'x'.repeat(64)}.example`,
    'é@victim.example',
  ])('%j is refused', async (typed) => {
    expect(await roundTrip(typed)).toBeUndefined()
    expect(await invite(typed)).toMatchObject({ issues: [{ path: ['email'], code: 'NOT_AN_EMAIL_ADDRESS' }] })
  })

  test('that is taken has one form, which is its own', () => {
    fc.assert(
      fc.property(addresses, (typed) => {
        const address = emailAddress(typed)
        if (address === undefined) return
        expect(address).toMatch(/^[\x21-\x7e]{3,254}$/)
        expect(emailAddress(address)).toBe(address)
        expect(parseAddresses(address).map((one) => one.address)).toEqual([address])
      }),
      { numRuns: 2000 },
    )
  })

  test('goes round: what is stored is the only recipient, and what the header says', async () => {
    const taken = addresses.filter((typed) => emailAddress(typed) !== undefined)
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 2, arbitrary: taken }, { weight: 1, arbitrary: addresses }),
        async (typed) => {
          const address = emailAddress(typed)
          expect(await roundTrip(typed)).toEqual(address === undefined ? undefined : onlyTo(address))
        },
      ),
      // To look for a smaller address that fails would take longer than a test may.
      { numRuns: 25, endOnFailure: true },
    )
  })
})

describe('what an earlier version kept', () => {
  test('as an invitation to a list of addresses makes nobody a member', async () => {
    await invite('attacker@evil.example')
    const link = /\/invitations\/[\w-]{43}/.exec(mail.mails.at(-1)?.replaceAll('=\n', '') ?? '')?.[0] ?? ''
    await server.prisma.invitation.updateMany({
      where: { email: 'attacker@evil.example' },
      data: { email: 'attacker@evil.example,ceo.victim.example' },
    })
    const { response } = await new Browser(server).submit(link, { name: 'Attacker', password: 'correct horse' })
    expect(response.status).toBe(404)
  })

  test.each(['ann@bücher.example', 'jörg@example.com', 'bob@exa\u0308mple.com'])(
    'as the address of an account, %s, still signs in, however it is typed',
    async (email) => {
      const password = await hashPassword(server.config, 'correct horse')
      const { id } = await server.createUser()
      await server.prisma.user.update({
        where: { id },
        data: {
          email,
          password: { upsert: { create: { hash: password, updatedAt: new Date() }, update: { hash: password } } },
        },
      })
      for (const typed of [email, email.toUpperCase(), email.normalize('NFC'), email.normalize('NFD')]) {
        const signIn = await call(server, undefined, 'signIn', { email: typed, password: 'correct horse' })
        expect([typed, signIn.__typename]).toEqual([typed, 'SignInSuccess'])
      }
    },
  )
})

test('an account is found by its address in any spelling', async () => {
  const { email, password } = await server.createUser()
  const wide = email.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
  for (const typed of [email.toUpperCase(), ` ${email}\u3000`, wide]) {
    expect(await call(server, undefined, 'signIn', { email: typed, password })).toMatchObject({
      __typename: 'SignInSuccess',
    })
  }
})

test.each([
  ['gate@example.com', { name: '', address: 'gate@example.com' }],
  ['"Gate, Keeper" <Gate@Example.com>', { name: 'Gate, Keeper', address: 'gate@example.com' }],
  ['root@localhost', { name: '', address: 'root@localhost' }],
  ['a@example.com, b@example.com', undefined],
  ['team: a@example.com, b@example.com;', undefined],
  ['Gatehouse', undefined],
  ['Gate <gate@example.com>\r\nBcc: b@example.com', undefined],
  ['gate@例子.公司', { name: '', address: 'gate@xn--fsqu00a.xn--55qx5d' }],
])('as a sender, %j is %j', (text, sender) => {
  expect(readSender(text)).toEqual(sender)
})

test('a sender that is not one address stops the start', async () => {
  await expect(
    startTestServer({ env: { SMTP_URL: mail.url, MAIL_FROM: 'a@example.com, b@example.com' } }),
  ).rejects.toThrow('MAIL_FROM must be one address, such as Gatehouse <gatehouse@example.com>')
})
