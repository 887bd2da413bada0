import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { limits } from '../../../src/config/defaults.ts'
import { hashPassword } from '../../../src/sign-in/passwords.ts'
import { makeKey, startIssuer, type TestIssuer } from '../../sign-in/external/issuer.ts'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { Observations } from '../obedience.ts'
import { A_FREQUENT_PASSWORD, attacks, ENDED, NO, type Target, TRIED, WEAK, YES } from './attacks.ts'
import { type Dump, guesses, type Loot, minute, type Session, type Treasure, World } from './world.ts'

/** What leaks, in the words of the table. */
const leaks = {
  D: 'D',
  S: 'S',
  R: 'R',
  X: 'X',
  DS: 'D + S',
  DR: 'D + R',
  DX: 'D + X',
  SR: 'S + R',
  SX: 'S + X',
  RX: 'R + X',
  soon: 'D + S + R, at once',
  later: 'D + S + R, later',
  all: 'the thing itself',
} as const
type Leak = keyof typeof leaks
const names = Object.keys(leaks) as Leak[]

let server: TestServer
let issuer: TestIssuer
let world: World
let treasure: Treasure
/** The database right after the refreshes, and more than a minute later. */
const dumps = {} as Record<Leak, { readonly soon: Dump; readonly later: Dump }>
const targets = {} as Record<Leak, Target>
const seen = new Observations<Leak>(leaks)

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  issuer = await startIssuer()
  server = await startTestServer({
    env: { OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: 'gatehouse' },
    // They are tried more often than anybody could.
    config: {
      limits: {
        ...limits,
        refusedTokenRequestsPerAddress: 1e6,
        failedClientsPerAddress: 1e6,
        failedSignInsPerAccount: 1e6,
        failedSignInsPerAddress: 1e6,
        failedUserCodesPerAddress: 1e6,
      },
    },
  })
  world = await World.create(server)
  const [careless, issuerKey] = [world.careless.id, await makeKey('issuer')]
  const hash = await hashPassword(server.config, A_FREQUENT_PASSWORD)
  await server.prisma.passwordCredential.update({ where: { userId: careless }, data: { hash } })
  issuer.reset(issuerKey.jwk)
  const own = await world.flows.browser(await server.createUser())
  const sessions = new Map<string, Session>()
  for (const leak of [...names, 'codes of RX']) sessions.set(leak, await world.begin())
  vi.setSystemTime(Date.now() + 50 * minute)
  for (const [leak, session] of sessions) sessions.set(leak, await world.goOn(session))
  const soon = await world.dump()
  vi.setSystemTime(Date.now() + 11 * minute)
  await world.sweep()
  treasure = await world.treasure()
  const later = await world.dump()
  const userCodes = guesses(treasure.userCode)
  for (const leak of names) {
    const session = sessions.get(leak) as Session
    const redeemed = sessions.get(`codes of ${leak}`) ?? session
    targets[leak] = { world, session, redeemed, userCodes, issuer, issuerKey, own }
    dumps[leak] = {
      soon: await world.about(session, soon),
      later: await world.about(session, later),
    }
  }
})
afterAll(async () => {
  vi.useRealTimers()
  await server[Symbol.asyncDispose]()
  await issuer.close()
})

/** What an attacker has who has this. */
function loot(leak: Leak): Loot {
  const { session, redeemed } = targets[leak]
  const { soon, later } = dumps[leak]
  const { secret } = server.config
  const [R, X] = [[session.exchanged], [session.expired, redeemed.code, redeemed.verifier]]
  // A dump may be of any moment: this attacker has one of each.
  const D = { dump: { ...later, Rotation: soon.Rotation ?? [] } }
  const has: Readonly<Record<Leak, Loot>> = {
    D,
    S: { secret },
    R: { found: R },
    X: { found: X },
    DS: { ...D, secret },
    DR: { ...D, found: R },
    DX: { ...D, found: X },
    SR: { secret, found: R },
    SX: { secret, found: X },
    RX: { found: [...R, ...X] },
    soon: { ...D, secret, found: R },
    later: { dump: later, secret, found: R },
    all: everything(session),
  }
  return has[leak]
}

function everything({ access, refresh }: Session): Loot {
  const { code, signedIn, invitation, deviceCode, userCode, parkedUid } = treasure
  const { web, careful, service } = world
  const cookie = signedIn.cookies.get('gatehouse_session') ?? ''
  const tokens = [access, refresh, code.code, code.verifier, deviceCode, userCode, parkedUid]
  const keys = [
    server.core.keys.current.privateJwk,
    { ...(service.privateKey?.export({ format: 'jwk' }) as JWK), kid: service.kid, alg: 'ES256' },
  ]
  return {
    dump: dumps.all.later,
    secret: server.config.secret,
    found: [...tokens, cookie, invitation, web.secret ?? '', careful.password],
    keys: keys as JWK[],
  }
}

/** Every leak that is, or has, one of these. */
const each = (said: string, ...which: Leak[]): Answers => Object.fromEntries(which.map((leak) => [leak, said]))
type Answers = Partial<Record<Leak, string>>

const withDatabaseAndSecret = ['DS', 'soon', 'later'] as const satisfies Leak[]
const withDatabase = ['D', 'DR', 'DX', ...withDatabaseAndSecret] as const satisfies Leak[]
const deployment = each(YES, ...withDatabaseAndSecret)
const guessable = each(TRIED, ...withDatabaseAndSecret)

/** What each leak gives, and nothing else. */
const promised: Readonly<Record<string, Answers>> = {
  'use a live **access token**': { soon: YES },
  'use a live **refresh token**': { ...each(ENDED, 'R', 'DR', 'SR', 'RX', 'later'), soon: YES },
  'redeem a **code** that waits': each(ENDED, 'X', 'DX', 'SX', 'RX'),
  'enter a **user code** that waits': guessable,
  'sign an **ID token**': deployment,
  'use the **API as a user**': deployment,
  'sign in with a **password**': each(WEAK, ...withDatabase),
  'tell **where a stranger is**': { ...guessable, all: TRIED },
  'read **names, addresses and history**': each(YES, ...withDatabase),
}

for (const [what, attack] of Object.entries(attacks)) {
  const wanted = what.replaceAll('*', '')
  test(`a leak gives what it is documented to give to who wants to ${wanted}; the thing itself gives it`, async () => {
    const answers = {} as Record<Leak, string>
    for (const leak of names) answers[leak] = await attack(targets[leak], loot(leak))
    const nothing = Object.fromEntries(names.map((leak) => [leak, NO]))
    expect(seen.note(what, answers)).toEqual({ ...nothing, all: YES, ...promised[what] })
  })
}

test('every key that comes from the secret is one that an attacker tries', async () => {
  const source = join(import.meta.dirname, '../../../src')
  const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.ts'))
  const texts = await Promise.all(files.map((file) => readFile(join(source, file), 'utf8')))
  const purposes = texts.flatMap((text) => [...text.matchAll(/(?:derivedKey|hkdfSync)\([^)]*'(gatehouse [^']+)'/g)])
  expect(new Set(purposes.map(([, purpose]) => purpose))).toEqual(new Set(Object.keys(triedWith)))
})

test('every column that holds half of a secret is one that an attacker reads', async () => {
  const columns = await server.prisma.$queryRaw<{ name: string }[]>`
    SELECT table_name || '.' || column_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name ~ '([hH]ash|^sealed.*|^random|^payload|^network)$'`
  expect(columns.map(({ name }) => name).sort()).toEqual(Object.keys(triedOn).sort())
})

/** What each of them is good for. */
const triedWith: Readonly<Record<string, keyof typeof attacks>> = {
  'gatehouse refreshed tokens': 'use a live **refresh token**',
  'gatehouse user codes': 'enter a **user code** that waits',
  'gatehouse coze verifiers': 'redeem a **code** that waits',
  'gatehouse signing keys': 'sign an **ID token**',
  'gatehouse engine cookies': 'answer an **authorization** that waits',
  'gatehouse engine records': 'read an **authorization** that waits',
  'gatehouse networks': 'tell **where a stranger is**',
  'gatehouse external sign-in': 'put an **identity** of one’s own to an account',
}
const triedOn: Readonly<Record<string, keyof typeof attacks>> = {
  'Token.hash': 'use a live **access token**',
  'Rotation.tokenHash': 'use a live **refresh token**',
  'Rotation.random': 'use a live **refresh token**',
  'AuthorizationCode.hash': 'redeem a **code** that waits',
  'DeviceCode.hash': 'redeem a **device code** that its user has agreed to',
  'DeviceCode.userCodeHash': 'enter a **user code** that waits',
  'DeviceCode.network': 'tell **where a stranger is**',
  'EngineRecord.hash': 'answer an **authorization** that waits',
  'EngineRecord.payload': 'read an **authorization** that waits',
  'EngineRecord.network': 'tell **where a stranger is**',
  'Tombstone.hash': 'use a live **access token**',
  'ExternalToken.hash': 'use the **API as a user**',
  'Session.secretHash': 'be in somebody’s **browser session**',
  'SigningKey.sealedJwk': 'sign an **ID token**',
  'PasswordCredential.hash': 'sign in with a **password**',
  'InvitationToken.hash': 'accept an **invitation**',
  'AppSecretHash.hash': 'be an **app with a secret** (and introspect)',
}

test('the documentation shows what was observed', async () => {
  await expect(`# What a leak is worth

A backup is copied, a secret ends up in a log, an old token in a repository: here is what somebody could do with it. No cell of this
table is written by hand. A test has two people use apps on a real server, gives an attacker what is said to have leaked, tries
everything with it that the algorithms allow, with the server's own functions, and writes down what came of it.
\`vitest run test/oauth/leaks -u\` writes this page anew, and without \`-u\` the test fails where the page says something else.

| | what has leaked |
| --- | --- |
| **D** | the database: every row of every table, both from the moment of a refresh and from long after it |
| **S** | \`GATEHOUSE_SECRET\` |
| **R** | a refresh token that was exchanged for the next |
| **X** | an access token that has expired, and a code that was redeemed, with its verifier |

What the attacker knows besides is what anybody may know: the source, the published keys, ids and addresses. They have an account of
their own. The app that is attacked is a \`PUBLIC\` one, which has no secret: its tokens are
useful to everybody who has them.

${seen}

- **${ENDED}**: presenting a used token or code is reuse. It brings nothing, and ends the tokens of that one sign-in, so that its user
  has to sign in to the app again.
- **${WEAK}**: a password that many people have is found by trying frequent ones against its hash, as slowly as argon2id makes that.
- **${TRIED}**: user codes and network addresses are short. The secret is what keeps the database's copies of them from being found by trying
  all. A user code lives 30 minutes, and a stranger who enters it can only give the device tokens of their own account.
- **D + S + R, at once** is a copy of the database from within a minute after the time in which a refresh answer may be asked for once
  more (10 seconds), together with the secret and the very token that was refreshed then. **Later** is any other copy.
- **The thing itself** is tried, too: it shows that the attempts would have succeeded.

The database together with the secret is the deployment: it has the key that signs. Where something has leaked:

| leaked | do |
| --- | --- |
| a copy of the database | have people choose new passwords |
| \`GATEHOUSE_SECRET\` | the same as for both, if anybody may ever have had a copy of the database |
| both | set a new secret, delete the rows of \`"SigningKey"\` and \`"Session"\`, and start: a new key signs, and everybody signs in again |
| an old token or code | nothing |
`).toMatchFileSnapshot('../../../docs/leaks.md')
})
