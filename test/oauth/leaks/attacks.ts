import { createHash, createHmac, hkdfSync } from 'node:crypto'
import {
  CompactSign,
  compactDecrypt,
  createLocalJWKSet,
  EncryptJWT,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose'
import { newId, publicId } from '../../../src/ids.ts'
import { derivedKey } from '../../../src/keys/derived-key.ts'
import { successor } from '../../../src/oauth/storage/derive.ts'
import { verifyPassword } from '../../../src/sign-in/passwords.ts'
import { Browser } from '../../sign-in/browser.ts'
import type { TestIssuer, TestKey } from '../../sign-in/external/issuer.ts'
import { basic } from '../check/check-server.ts'
import { CALLBACK, type FlowBrowser } from '../flows.ts'
import type { Loot, Row, Session, World } from './world.ts'

export const YES = '**yes**'
export const NO = 'no'
/** Presenting a used token or code is reuse, and ends all tokens of that sign-in. */
export const ENDED = 'no; ends the session'
/** Some people's, see {@link FREQUENT}. */
export const WEAK = 'a weak one'
/** What is short enough that all of it can be tried. */
export const TRIED = 'by trying all'

/** The attacked, and the things that every attacker can have. */
export interface Target {
  readonly world: World
  /** A sign-in whose refresh tokens are attacked, and one whose code is: both are an attacker's own. */
  readonly session: Session
  readonly redeemed: Session
  /** Codes that are tried where all would take too long. */
  readonly userCodes: readonly string[]
  /** An issuer at which the attacker has an account, as anybody may. */
  readonly issuer: TestIssuer
  readonly issuerKey: TestKey
  /** A browser in which the attacker is signed in as a person of their own. */
  readonly own: FlowBrowser
}

type Attack = (target: Target, loot: Loot) => Promise<string>

/** What somebody may want to do, in the words of the table, and how it is tried with all that they have. */
export const attacks = {
  'use a live **access token**': async ({ world }, loot) => {
    for (const token of [
      ...found(loot),
      ...stored(loot, 'Token', 'hash'),
      ...stored(loot, 'Tombstone', 'hash'),
      ...derived(loot, 'access'),
    ]) {
      if ((await world.server.fetch('/oauth/check', { headers: bearer(token) })).status === 200) return YES
    }
    return NO
  },

  'use a live **refresh token**': ({ world, session }, loot) =>
    unlessEnded(world, session, async () => {
      // What was found comes last: to present it may end the tokens that the others would be.
      for (const token of [...stored(loot, 'Token', 'hash'), ...derived(loot, 'refresh'), ...found(loot)]) {
        const form = { grant_type: 'refresh_token', refresh_token: token, client_id: world.app.id }
        if ((await world.flows.post('/oauth/token', form)).status === 200) return YES
      }
      return NO
    }),

  'redeem a **code** that waits': ({ world, redeemed }, loot) =>
    unlessEnded(world, redeemed, async () => {
      const challenges = rows(loot, 'AuthorizationCode').map(({ context }) => (context as Row).codeChallenge as string)
      const mapped = challenges.flatMap((challenge) => keyed(loot, 'coze verifiers', challenge))
      const verifiers = [...found(loot), ...challenges, ...mapped]
      for (const code of [...found(loot), ...stored(loot, 'AuthorizationCode', 'hash')]) {
        for (const code_verifier of verifiers.filter((verifier) => verifier !== code)) {
          const form = { grant_type: 'authorization_code', code, code_verifier, redirect_uri: CALLBACK }
          if ((await world.flows.post('/oauth/token', { ...form, client_id: world.app.id })).status === 200) return YES
        }
      }
      return NO
    }),

  'redeem a **device code** that its user has agreed to': async ({ world }, loot) => {
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
    for (const device_code of [...found(loot), ...stored(loot, 'DeviceCode', 'hash')]) {
      const form = { grant_type, device_code, client_id: world.device.id }
      if ((await world.flows.post('/oauth/token', form)).status === 200) return YES
    }
    return NO
  },

  'enter a **user code** that waits': async ({ own, userCodes }, loot) => {
    const wanted = new Set(stored(loot, 'DeviceCode', 'userCodeHash'))
    const hashes = (code: string) => [plain(code), ...keyed(loot, 'user codes', code)]
    const guessed = userCodes.filter((code) => hashes(code).some((hash) => wanted.has(hash)))
    for (const code of [...found(loot), ...guessed]) {
      const { page } = await own.follow(`/oauth/device?user_code=${encodeURIComponent(code)}`)
      if (!page.includes('value="confirm"')) continue
      const at = await own.act({ path: '/oauth/device', page }, 'confirm', { user_code: code })
      if (at.path.startsWith('/oauth/interaction/')) return guessed.includes(code) ? TRIED : YES
    }
    return NO
  },

  'sign an **ID token**': async ({ world }, loot) => {
    const { publicUrl } = world.server.config
    const jwks: JSONWebKeySet = await (await world.server.fetch('/oauth/jwks')).json()
    const sub = publicId('User', world.careful.id)
    const claims = { iss: publicUrl, aud: world.app.id, sub, exp: Math.floor(Date.now() / 1000) + 60 }
    const check = { issuer: publicUrl, audience: world.app.id, currentDate: new Date(), algorithms: ['RS256'] }
    for (const token of await forgeries(loot, jwks, claims, 'JWT')) {
      if (await succeeds(() => jwtVerify(token, createLocalJWKSet(jwks), check))) return YES
    }
    return NO
  },

  'use the **API as a user**': async ({ world }, loot) => {
    const { publicUrl } = world.server.config
    const jwks: JSONWebKeySet = await (await world.server.fetch('/oauth/jwks')).json()
    const sub = publicId('User', world.careful.id)
    const [iat, exp] = [Math.floor(Date.now() / 1000), Math.floor(Date.now() / 1000) + 60]
    for (const sid of [...stored(loot, 'Session', 'id'), newId()]) {
      const claims = { iss: publicUrl, aud: `${publicUrl}/graphql`, sub, sid, iat, exp }
      for (const token of await forgeries(loot, jwks, claims, 'at+jwt')) {
        const { data } = await world.server.request('{ viewer { user { name } } }', {}, token)
        if (data?.viewer) return YES
      }
    }
    return NO
  },

  'be in somebody’s **browser session**': async ({ world }, loot) => {
    const sessions = [...stored(loot, 'Session', 'secretHash'), ...stored(loot, 'Session', 'id')]
    for (const value of [...found(loot), ...sessions]) {
      const as = { cookie: `gatehouse_session=${value}` }
      if ((await world.server.request('{ viewer { user { name } } }', {}, as)).data?.viewer) return YES
    }
    return NO
  },

  'sign in with a **password**': async ({ world }, loot) => {
    const signsIn = (person: World['careful'], password: string) =>
      succeeds(() => world.server.signIn({ email: person.email, password }))
    for (const password of found(loot)) if (await signsIn(world.careful, password)) return YES
    const guessed = []
    for (const person of [world.careful, world.careless]) {
      const hash = rows(loot, 'PasswordCredential').find(({ userId }) => userId === person.id)?.hash as
        | string
        | undefined
      for (const guess of FREQUENT) {
        if (await verifyPassword(world.server.config, hash, guess))
          guessed.push((await signsIn(person, guess)) && person)
      }
    }
    if (guessed.includes(world.careful)) return YES
    return guessed.includes(world.careless) ? WEAK : NO
  },

  'put an **identity** of one’s own to an account': async ({ world, issuer, issuerKey, own }, loot) => {
    if (loot.secret === undefined) return NO
    const flow = {
      slug: '1',
      state: 'state',
      nonce: 'nonce',
      verifier: 'v'.repeat(43),
      returnTo: '/',
      connects: world.careful.id,
    }
    const sealed = await new EncryptJWT({ flow })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime('5m')
      .encrypt(derivedKey({ secret: loot.secret }, 'gatehouse external sign-in'))
    const id_token = await new SignJWT({ nonce: flow.nonce })
      .setProtectedHeader({ alg: issuerKey.alg, kid: issuerKey.kid })
      .setIssuer(issuer.url)
      .setAudience('gatehouse')
      .setSubject('the attacker')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(issuerKey.privateKey)
    issuer.answers.token = issuer.json(() => ({ access_token: 'x', token_type: 'bearer', id_token }))
    const sessions = [
      own.cookies.get('gatehouse_session') ?? '',
      ...found(loot),
      ...stored(loot, 'Session', 'secretHash'),
    ]
    for (const session of sessions) {
      const headers = { cookie: `gatehouse_session=${session}; gatehouse_external=${sealed}` }
      const response = await world.server.fetch('/sign-in/callback?code=code&state=state', { headers })
      if (response.status === 303) return YES
    }
    return NO
  },

  'accept an **invitation**': async ({ world }, loot) => {
    for (const token of [...found(loot), ...stored(loot, 'InvitationToken', 'hash')]) {
      const { response } = await new Browser(world.server).open(`/invitations/${encodeURIComponent(token)}`)
      if (response.status === 200) return YES
    }
    return NO
  },

  'be an **app with a secret** (and introspect)': async ({ world }, loot) => {
    const hints = stored(loot, 'AppSecret', 'hint')
    for (const secret of [...found(loot), ...stored(loot, 'AppSecretHash', 'hash'), ...hints]) {
      const headers = { authorization: basic(world.web.id, secret) }
      if ((await world.flows.post('/oauth/introspect', { token: 'x' }, headers)).status === 200) return YES
    }
    return NO
  },

  'be a **service** with a key': async ({ world }, loot) => {
    const keys = rows(loot, 'AppKey').map(({ kid, jwk }) => ({ kid, ...(jwk as object) }) as JWK)
    const exp = Math.floor(Date.now() / 1000) + 60
    const { id } = world.service
    const claims = { iss: id, sub: id, aud: world.server.config.publicUrl, jti: newId(), exp }
    for (const assertion of await forgeries(loot, { keys }, claims, 'JWT')) {
      const form = {
        grant_type: 'client_credentials',
        client_id: id,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }
      if ((await world.flows.post('/oauth/token', form)).status === 200) return YES
    }
    return NO
  },

  'read an **authorization** that waits': async (_, loot) => {
    const purpose = 'gatehouse engine records'
    const ids = [...found(loot), ...stored(loot, 'EngineRecord', 'hash')]
    const keys: Uint8Array[] = ids.map((id) => new Uint8Array(hkdfSync('sha256', id, '', purpose, 32)))
    if (loot.secret !== undefined) keys.push(derivedKey({ secret: loot.secret }, purpose))
    for (const { payload } of rows(loot, 'EngineRecord')) {
      const { sealed } = payload as { sealed?: string }
      for (const key of keys) if (sealed && (await succeeds(() => compactDecrypt(sealed, key)))) return YES
    }
    return NO
  },

  'answer an **authorization** that waits': async ({ world, own }, loot) => {
    const name = 'gatehouse_authorization'
    const { secret } = loot
    const key = secret && Buffer.from(derivedKey({ secret }, 'gatehouse engine cookies')).toString('base64url')
    for (const uid of [...found(loot), ...stored(loot, 'EngineRecord', 'hash')]) {
      const cookie = `${name}=${uid}`
      const signature = key && createHmac('sha1', key).update(cookie).digest('base64url')
      const headers = { accept: 'text/html', cookie: `${own.cookie}; ${cookie}; ${name}.sig=${signature}` }
      const page = await (await world.server.fetch(`/oauth/interaction/${encodeURIComponent(uid)}`, { headers })).text()
      if (page.includes('name="form_token"')) return YES
    }
    return NO
  },

  'tell **where a stranger is**': async (_, loot) => {
    const wanted = [...stored(loot, 'EngineRecord', 'network'), ...stored(loot, 'DeviceCode', 'network')]
    const addresses = Array.from({ length: 256 }, (_, last) => `127.0.0.${last}`)
    const hashes = addresses.flatMap((address) => [address, plain(address), ...keyed(loot, 'networks', address)])
    return wanted.some((network) => hashes.includes(network)) ? TRIED : NO
  },

  'read **names, addresses and history**': async ({ world }, loot) =>
    rows(loot, 'User').some(({ email }) => email === world.careful.email) && rows(loot, 'Event').length > 0 ? YES : NO,
} satisfies Record<string, Attack>

/** What people choose most: who has the hash of such a password finds it soon, however slow each guess is. */
const FREQUENT = ['1234567890', 'qwertyuiop', 'password123', 'iloveyou12']
export const A_FREQUENT_PASSWORD = FREQUENT[2] as string

const found = ({ found = [] }: Loot): readonly string[] => found
const rows = ({ dump = {} }: Loot, table: string): readonly Row[] => dump[table] ?? []
const stored = (loot: Loot, table: string, column: string): string[] =>
  rows(loot, table).flatMap((row) => (typeof row[column] === 'string' ? [row[column]] : []))

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** All that follows from what was found by the product's own derivation: with every random value, and with none. */
function derived(loot: Loot, what: 'access' | 'refresh'): string[] {
  const { secret } = loot
  if (secret === undefined) return []
  const randoms = ['', ...stored(loot, 'Rotation', 'random')]
  const next = (token: string) => randoms.map((random) => successor(secret, { token, random }))
  const first = [...found(loot), ...stored(loot, 'Token', 'hash')]
  const second = found(loot).flatMap(next)
  if (what === 'refresh') return [...first.flatMap(next), ...second.flatMap(next)]
  return [...first, ...second].flatMap((token) =>
    randoms.map((random) => successor(secret, { token, random }, 'access', undefined, undefined)),
  )
}

const plain = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** Its hash by a key of the deployment, or, for an attacker who has none, by an empty one. */
const keyed = ({ secret }: Loot, purpose: string, text: string): string[] => {
  const key = secret === undefined ? '' : derivedKey({ secret }, `gatehouse ${purpose}`)
  return [createHmac('sha256', key).update(text).digest('base64url')]
}

/** A JWT by every key that is there, and by tricks that need none. */
async function forgeries(loot: Loot, { keys }: JSONWebKeySet, claims: JWTPayload, typ: string): Promise<string[]> {
  const { secret } = loot
  const unsealed =
    secret === undefined ? [] : await Promise.all(rows(loot, 'SigningKey').map((row) => unseal(secret, row)))
  const tokens = []
  for (const jwk of [...(loot.keys ?? []), ...unsealed.flat()]) {
    const { alg = 'RS256', kid = keys[0]?.kid } = jwk
    const payload = new TextEncoder().encode(JSON.stringify(claims))
    const header = { alg, typ, ...(kid && { kid }) }
    tokens.push(await new CompactSign(payload).setProtectedHeader(header).sign(await importJWK(jwk, alg)))
  }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  for (const key of keys) {
    const signing = `${part({ alg: 'HS256', typ, kid: key.kid })}.${part(claims)}`
    // As if what is public were a shared secret (RFC 8725 section 2.1) …
    tokens.push(`${signing}.${createHmac('sha256', JSON.stringify(key)).update(signing).digest('base64url')}`)
    // … or as if it needed no signature.
    tokens.push(`${part({ alg: 'none', typ, kid: key.kid })}.${part(claims)}.`)
  }
  return tokens
}

async function unseal(secret: string, { sealedJwk, kid, algorithm }: Row): Promise<JWK[]> {
  const key = derivedKey({ secret }, 'gatehouse signing keys')
  try {
    const { plaintext } = await compactDecrypt(sealedJwk as string, key)
    return [{ ...JSON.parse(new TextDecoder().decode(plaintext)), kid, alg: algorithm }]
  } catch {
    return []
  }
}

/** What an attack comes to, and whether it ends the tokens of the attacked. */
async function unlessEnded(world: World, session: Session, attack: () => Promise<string>): Promise<string> {
  const wasAlive = await world.isAlive(session)
  const said = await attack()
  return said === NO && wasAlive && !(await world.isAlive(session)) ? ENDED : said
}

async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch {
    return false
  }
}
