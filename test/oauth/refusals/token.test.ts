import { beforeAll, describe, expect, test } from 'vitest'
import { revokeAppSecret } from '../../../src/apps/secrets.ts'
import { limits } from '../../../src/config/defaults.ts'
import { viewerOf } from '../../../src/demo/stand-ins.ts'
import { uuidOf } from '../../support/team.ts'
import { CALLBACK, type TestApp, type Tokens } from '../flows.ts'
import { oddities, useScene } from './scene.ts'

// What is refused here is refused for what it is, and not because there was so much of it.
const scene = useScene({ config: { limits: { ...limits, refusedTokenRequestsPerAddress: 100_000 } } })
let web: TestApp
let other: TestApp
let native: TestApp
beforeAll(async () => {
  web = await scene.flows.app(scene.team, 'WEB')
  other = await scene.flows.app(scene.team, 'WEB')
  native = await scene.flows.app(scene.team, 'PUBLIC')
  for (const { id } of [web, other, native]) await scene.team.install(id)
})

const basic = ({ id, secret = '' }: { id: string; secret?: string }) => ({
  authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`,
})

/** A code of the app's, and what redeems it. */
async function codeOf(app: TestApp): Promise<Record<string, string>> {
  const browser = await scene.flows.browser(scene.team.member)
  const { callback, verifier } = await scene.flows.authorize(app, browser, {}, { organization: scene.team.id })
  return {
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    code_verifier: verifier,
  }
}

const post = async (form: Record<string, string>, headers: Record<string, string> = {}) => {
  const { status, body, ...rest } = await scene.flows.post('/oauth/token', form, headers)
  expect(rest.headers.get('cache-control')).toContain('no-store')
  return { status, error: body.error as string, body, headers: rest.headers }
}

describe('mixed-up clients', () => {
  test('a code is good only for the app that it was issued to, and stays good for it (RFC 6749 section 4.1.3)', async () => {
    const code = await codeOf(web)
    expect(await post(code, basic(other))).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await post({ ...code, client_id: native.id })).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await post({ ...code, redirect_uri: `${CALLBACK}/` }, basic(web))).toMatchObject({ error: 'invalid_grant' })
    const { redirect_uri: _, ...without } = code
    expect(await post(without, basic(web))).toMatchObject({ status: 400, error: 'invalid_request' })
    expect(await post(code, basic(web))).toMatchObject({ status: 200 })
  })

  test('a refresh token, too; that another app tries it, again and again, ends no family', async () => {
    const tokens = await scene.flows.tokens(web, scene.team.member, { organization: scene.team.id })
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }
    expect(await post(form, basic(other))).toMatchObject({ status: 400, error: 'invalid_grant' })
    const next = await scene.flows.refresh(web, tokens.refresh_token ?? '')
    await scene.server.prisma.token.updateMany({
      where: { NOT: { rotatedAt: null } },
      data: { rotatedAt: new Date(0) },
    })
    expect(await post(form, basic(other))).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect((await scene.flows.userinfo(next.access_token)).status).toBe(200)
  })

  test('a token can be given back and asked about only by its app (RFC 7009 section 2.1, RFC 7662)', async () => {
    const tokens = await scene.flows.tokens(web, scene.team.member, { organization: scene.team.id })
    for (const token of [tokens.access_token, tokens.refresh_token ?? '']) {
      const asked = await scene.flows.post('/oauth/introspect', { token }, basic(other))
      expect([asked.status, asked.body]).toEqual([200, { active: false }])
      const revoked = await scene.flows.post('/oauth/revoke', { token }, basic(other))
      expect(revoked.status).toBeLessThan(500)
      const own = await scene.flows.post('/oauth/introspect', { token }, basic(web))
      expect(own.body.active).toBe(true)
    }
    for (const path of ['/oauth/introspect', '/oauth/revoke']) {
      const { status, body } = await scene.flows.post(path, { token: tokens.access_token })
      expect([status, body.error]).toEqual([400, 'invalid_request'])
      expect((await scene.flows.post(path, {}, basic(web))).body.error).toBe('invalid_request')
    }
  })

  test('a code or token of one kind is none of another', async () => {
    const code = await codeOf(web)
    const tokens = await scene.flows.tokens(web, scene.team.member, { organization: scene.team.id })
    for (const token of [tokens.access_token, code.code ?? '', tokens.id_token ?? '']) {
      const answer = await post({ grant_type: 'refresh_token', refresh_token: token }, basic(web))
      expect(answer).toMatchObject({ status: 400, error: 'invalid_grant' })
    }
    for (const token of [tokens.access_token, tokens.refresh_token ?? '']) {
      expect(await post({ ...code, code: token }, basic(web))).toMatchObject({ status: 400, error: 'invalid_grant' })
    }
    for (const token of [code.code ?? '', tokens.refresh_token ?? '', tokens.id_token ?? '', 'x']) {
      const { status, body } = await scene.flows.userinfo(token)
      expect([status, body.error]).toEqual([401, 'invalid_token'])
    }
  })
})

describe('client authentication (RFC 6749 section 2.3)', () => {
  const form = { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK, code_verifier: 'v'.repeat(43) }

  test('a secret that is wrong, revoked or of another app is invalid_client, with a challenge', async () => {
    const viewer = await viewerOf(scene.server.core, scene.team.admin.id)
    const gone = await scene.flows.app(scene.team, 'WEB')
    const { id } = await scene.server.prisma.appSecret.findFirstOrThrow({ where: { appId: uuidOf(gone.id) } })
    await revokeAppSecret(scene.server.core, viewer, id, { revokeTokens: false })
    for (const attempt of [
      { id: web.id, secret: 'wrong' },
      { id: web.id, secret: other.secret ?? '' },
      { id: web.id, secret: 'stored as a hash' },
      { id: web.id, secret: `${web.secret} ` },
      { id: web.id, secret: (web.secret ?? '').toUpperCase() },
      { id: gone.id, secret: gone.secret ?? '' },
      { id: native.id, secret: 'x' },
      { id: scene.team.id, secret: web.secret ?? '' },
      { id: `app_${'0'.repeat(32)}`, secret: 'x' },
    ]) {
      const answer = await post(form, basic(attempt))
      expect(answer).toMatchObject({ status: 401, error: 'invalid_client' })
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
      const posted = await post({ ...form, client_id: attempt.id, client_secret: attempt.secret })
      expect(posted).toMatchObject({ status: 401, error: 'invalid_client' })
      // Which of it was wrong is nobody's business.
      expect(JSON.stringify(posted.body)).not.toMatch(/secret|found/)
    }
    expect(await post({ ...form, client_id: web.id })).toMatchObject({ status: 401, error: 'invalid_client' })
  })

  test('in two ways at once is invalid_request, also where both are right', async () => {
    const both = { ...form, client_id: web.id, client_secret: web.secret ?? '' }
    expect(await post(both, basic(web))).toMatchObject({ status: 400, error: 'invalid_request' })
    const mixed = { ...form, client_id: other.id }
    expect(await post(mixed, basic(web))).toMatchObject({ status: 400, error: 'invalid_request' })
  })

  test('in a header that is no Basic is invalid_request', async () => {
    for (const authorization of [
      'Bearer x',
      'Basic',
      'Basic !',
      `Basic ${btoa('no colon')}`,
      `Basic ${btoa('%:%')}`,
      'x',
    ]) {
      const answer = await post(form, { authorization })
      expect(answer).toMatchObject({ status: 400, error: 'invalid_request' })
    }
  })

  test('a grant that is not of the type of the app is refused (RFC 6749 section 5.2)', async () => {
    const type = 'urn:ietf:params:oauth:grant-type'
    for (const [grantType, expected] of [
      ['client_credentials', 'unauthorized_client'],
      [`${type}:device_code`, 'unauthorized_client'],
      [`${type}:jwt-bearer`, 'unauthorized_client'],
      ['implicit', 'unsupported_grant_type'],
      ['password', 'unsupported_grant_type'],
      ['x', 'unsupported_grant_type'],
      ['', 'invalid_request'],
    ]) {
      const form = { grant_type: grantType ?? '', device_code: 'x', assertion: 'x' }
      const { status, error } = await post(form, basic(web))
      expect([grantType, status, error]).toEqual([grantType, 400, expected])
    }
    const device = await scene.flows.app(scene.team, 'DEVICE')
    const form = { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK, client_id: device.id }
    expect(await post(form)).toMatchObject({ status: 400, error: 'unauthorized_client' })
  })

  test('so is a flow that is not of its type', async () => {
    const [device, own] = [await scene.flows.app(scene.team, 'DEVICE'), await scene.flows.app(scene.team, 'PUBLIC')]
    const begun = await scene.flows.post('/oauth/device_authorization', { client_id: own.id })
    expect([begun.status, begun.body.error]).toEqual([400, 'unauthorized_client'])
    const pushed = await scene.flows.post('/oauth/par', scene.parameters(device))
    expect([pushed.status, pushed.body.error]).toEqual([400, 'unauthorized_client'])
  })
})

describe('the token endpoint', () => {
  test('takes POST alone (RFC 6749 section 3.2)', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      for (const path of ['token', 'introspect', 'revoke', 'device_authorization', 'par']) {
        const response = await scene.server.fetch(`/oauth/${path}?grant_type=authorization_code&client_id=${web.id}`, {
          method,
        })
        expect([path, response.status]).toEqual([path, 405])
        expect(response.headers.get('allow')).toContain('POST')
        expect(await response.json()).toMatchObject({ error: 'invalid_request' })
      }
    }
  })

  test('takes forms alone: no JSON, no multipart, nothing in the query', async () => {
    const code = await codeOf(web)
    const send = async (init: RequestInit, query = '') => {
      const response = await scene.server.fetch(`/oauth/token${query}`, { method: 'POST', ...init })
      return [response.status, ((await response.json()) as { error: string }).error]
    }
    const json = { ...basic(web), 'content-type': 'application/json' }
    expect(await send({ headers: json, body: JSON.stringify(code) })).toEqual([400, 'invalid_request'])
    const multipart = new FormData()
    for (const [name, value] of Object.entries(code)) multipart.append(name, value)
    expect(await send({ headers: basic(web), body: multipart })).toEqual([400, 'invalid_request'])
    const query = `?${new URLSearchParams(code)}`
    const asForm = { ...basic(web), 'content-type': 'application/x-www-form-urlencoded' }
    expect(await send({ headers: asForm, body: '' }, query)).toEqual([400, 'invalid_request'])
    expect(await send({ headers: basic(web) })).toEqual([400, 'invalid_request'])
  })

  test('answers JSON whatever a client says it accepts (RFC 6749 section 5.2)', async () => {
    for (const accept of ['text/html', 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', 'text/plain', '']) {
      const { status, body, headers } = await post({ grant_type: 'x' }, { ...basic(web), accept })
      expect([status, body.error]).toEqual([400, 'unsupported_grant_type'])
      expect(headers.get('content-type')).toContain('application/json')
    }
  })

  test('refuses a parameter that stands there twice', async () => {
    const code = await codeOf(web)
    const complete: Record<string, string> = { ...code, client_id: web.id, client_secret: web.secret ?? '' }
    for (const name of Object.keys(complete)) {
      const body = new URLSearchParams(complete)
      body.append(name, complete[name] ?? '')
      const response = await scene.server.fetch('/oauth/token', { method: 'POST', body })
      const { error } = (await response.json()) as { error: string }
      expect([name, response.status, error]).toEqual([name, 400, 'invalid_request'])
    }
    expect((await post(complete)).status).toBe(200)
  })

  test('refuses bodies that are too large', async () => {
    for (const size of [100_000, 3_000_000]) {
      const response = await scene.server.fetch('/oauth/token', {
        method: 'POST',
        headers: { ...basic(web), 'content-type': 'application/x-www-form-urlencoded' },
        body: `grant_type=${'x'.repeat(size)}`,
      })
      expect([400, 413]).toContain(response.status)
    }
  })

  test('takes no organization for another than the one that was authorized', async () => {
    const organization = await scene.server.prisma.organization.findFirstOrThrow({
      where: { personalUserId: scene.team.member.id },
    })
    const elsewhere = `org_${organization.id.replaceAll('-', '')}`
    const code = await codeOf(web)
    for (const id of [elsewhere, 'x', web.id]) {
      const answer = await post({ ...code, organization_id: id }, basic(web))
      expect([id, answer.status, answer.error]).toEqual([id, 400, 'invalid_request'])
    }
    expect((await post({ ...code, organization_id: scene.team.id }, basic(web))).status).toBe(200)
  })

  test('cannot be made to fail by bytes that are no text', async () => {
    const fields = [
      ...['grant_type', 'code', 'redirect_uri', 'code_verifier', 'refresh_token', 'device_code', 'assertion', 'scope'],
      ...['client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'organization_id', 'resource'],
      ...['requested_expiry', 'token', 'token_type_hint'],
    ]
    const grants = [
      'authorization_code',
      'refresh_token',
      encodeURIComponent('urn:ietf:params:oauth:grant-type:jwt-bearer'),
    ]
    for (const field of fields) {
      for (const oddity of oddities) {
        for (const path of ['token', 'introspect', 'revoke']) {
          const body = `grant_type=${grants[oddity.length % 3]}&client_id=${web.id}&client_secret=${web.secret}&token=x&code=x&refresh_token=x`
          const response = await scene.server.fetch(`/oauth/${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: `${body.replace(new RegExp(`(^|&)${field}=[^&]*`), '')}&${field}=${oddity}`,
          })
          expect([path, field, oddity, response.status < 500]).toEqual([path, field, oddity, true])
        }
      }
    }
    expect(scene.failures()).toEqual([])
  }, 60_000)
})

describe('DPoP (RFC 9449)', () => {
  /** A proof, by a key of ours. */
  async function prover() {
    const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key.publicKey)
    const encode = (value: object | ArrayBuffer) =>
      Buffer.from(value instanceof ArrayBuffer ? new Uint8Array(value) : JSON.stringify(value)).toString('base64url')
    return async (claims: Record<string, unknown>) => {
      const header = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })
      const iat = Math.floor(Date.now() / 1000)
      const payload = encode({
        jti: crypto.randomUUID(),
        iat,
        htm: 'POST',
        htu: `${scene.server.config.publicUrl}/oauth/token`,
        ...claims,
      })
      const signature = await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        key.privateKey,
        Buffer.from(`${header}.${payload}`),
      )
      return `${header}.${payload}.${encode(signature)}`
    }
  }
  const athOf = async (token: string) =>
    Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(token))).toString('base64url')

  test('a proof is good once, for its method, address and token, and for a short time', async () => {
    const prove = await prover()
    const proof = await prove({})
    const code = await codeOf(web)
    const bound = await post(code, { ...basic(web), dpop: proof })
    expect([bound.status, bound.body.token_type]).toEqual([200, 'DPoP'])
    const again = await post(await codeOf(web), { ...basic(web), dpop: proof })
    expect(again.status).toBe(400)
    expect(['invalid_grant', 'invalid_dpop_proof']).toContain(again.error)
    for (const claims of [{ htm: 'GET' }, { htu: 'https://evil.example/oauth/token' }, { iat: 1 }, { jti: '' }]) {
      const answer = await post(await codeOf(web), { ...basic(web), dpop: await prove(claims) })
      expect(answer).toMatchObject({ status: 400, error: 'invalid_dpop_proof' })
    }
    const { access_token: token } = bound.body as Tokens
    const asked = async (scheme: string, dpop?: string) => {
      const headers = { authorization: `${scheme} ${token}`, ...(dpop && { dpop }) }
      const response = await scene.server.fetch('/oauth/userinfo', { headers })
      return [response.status, response.headers.get('www-authenticate') ?? '']
    }
    const htu = `${scene.server.config.publicUrl}/oauth/userinfo`
    const right = await prove({ htm: 'GET', htu, ath: await athOf(token) })
    expect((await asked('DPoP', right))[0]).toBe(200)
    expect((await asked('DPoP', right))[0]).toBe(401)
    for (const [scheme, dpop] of [
      ['Bearer', undefined],
      ['DPoP', undefined],
      ['DPoP', await prove({ htm: 'GET', htu })],
      ['DPoP', await prove({ htm: 'GET', htu, ath: await athOf('another') })],
      ['DPoP', await (await prover())({ htm: 'GET', htu, ath: await athOf(token) })],
    ] as const) {
      const [status, challenge] = await asked(scheme, dpop)
      expect([400, 401]).toContain(status)
      if (status === 401) expect(challenge).toContain('DPoP')
    }
  })

  test('a proof by a key that anybody can sign with binds to nobody', async () => {
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    // The neutral point: itself and a zero are a signature of whatever one likes.
    const point = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)])
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') }
    const header = encode({ typ: 'dpop+jwt', alg: 'EdDSA', jwk })
    const [htu, iat] = [`${scene.server.config.publicUrl}/oauth/token`, Math.floor(Date.now() / 1000)]
    const payload = encode({ jti: crypto.randomUUID(), iat, htm: 'POST', htu })
    const signature = Buffer.concat([point, Buffer.alloc(32)]).toString('base64url')
    const dpop = `${header}.${payload}.${signature}`
    const code = await codeOf(web)
    const { status, body } = await post(code, { ...basic(web), dpop })
    expect([status, body.error]).toEqual([400, 'invalid_dpop_proof'])
    expect(body.error_description).toContain('is a point of small order')
    expect((await post(code, basic(web))).status).toBe(200)
  })

  test('a bound refresh token of a PUBLIC app takes a proof by the same key', async () => {
    const prove = await prover()
    const code = { ...(await codeOf(native)), client_id: native.id }
    const { body } = await post(code, { dpop: await prove({}) })
    const form = { grant_type: 'refresh_token', refresh_token: body.refresh_token, client_id: native.id }
    expect((await post(form)).status).toBe(400)
    expect((await post(form, { dpop: await (await prover())({}) })).status).toBe(400)
    expect((await post(form, { dpop: await prove({}) })).status).toBe(200)
  })
})
