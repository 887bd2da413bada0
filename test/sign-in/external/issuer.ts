import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** A port that answers what it is told to; disposing it hangs up on clients that still wait. */
export async function openPort(
  handle: RequestListener,
): Promise<{ readonly url: string; close: () => Promise<unknown> } & AsyncDisposable> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    if (!server.listening) return Promise.resolve()
    server.close()
    server.closeAllConnections()
    return once(server, 'close')
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close,
    async [Symbol.asyncDispose]() {
      await close()
    },
  }
}

type Answer = (response: ServerResponse) => void

const json =
  (body: () => unknown): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body()))

/** A hand-made issuer whose documents can be anything. */
export async function startIssuer() {
  const port = await openPort(({ url }, response) => {
    const document = url === '/jwks' || url === '/token' ? url.slice(1) : 'discovery'
    asked[document as keyof typeof asked] += 1
    answers[document as keyof typeof asked](response)
  })
  const { url } = port
  const asked = { discovery: 0, jwks: 0, token: 0 }
  const keys: JWK[] = []
  const metadata: Record<string, unknown> = {}
  const answers: Record<keyof typeof asked, Answer> = {
    discovery: () => {},
    jwks: () => {},
    token: () => {},
  }
  /** Answers as it should, with this key. */
  const reset = (key: JWK) => {
    Object.assign(asked, { discovery: 0, jwks: 0, token: 0 })
    keys.splice(0, keys.length, key)
    Object.assign(metadata, {
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/jwks`,
      id_token_signing_alg_values_supported: ['ES256', 'PS256', 'HS256', 'none'],
    })
    Object.assign(answers, { discovery: json(() => metadata), jwks: json(() => ({ keys })) })
  }
  return { ...port, asked, keys, metadata, answers, json, reset }
}

export type TestIssuer = Awaited<ReturnType<typeof startIssuer>>

/** What signs: its public half is for the issuer's key set. */
export async function makeKey(kid: string, alg = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }
  return { kid, alg, jwk, privateKey }
}

export type TestKey = Awaited<ReturnType<typeof makeKey>>

/** A JWT by RFC 9068, with what is to be different from a good one. A claim of undefined is left out. */
export function signToken(
  { url }: { readonly url: string },
  { kid, alg, privateKey }: TestKey,
  now: Date,
  claims: JWTPayload = {},
  header: object = {},
): Promise<string> {
  const iat = Math.floor(now.getTime() / 1000)
  return new SignJWT({ iss: url, aud: 'gatehouse', sub: 'alice', client_id: 'app', iat, exp: iat + 600, ...claims })
    .setProtectedHeader({ typ: 'at+jwt', alg, kid, ...header })
    .sign(privateKey)
}
