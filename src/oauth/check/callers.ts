import { hash, timingSafeEqual } from 'node:crypto'
import type { ResourceServer } from '../../config/file.ts'
import type { Core } from '../../core.ts'
import { isToken68, readAuthorization } from '../../http/authorization.ts'
import { isForGatehouse } from '../../tokens/audience.ts'
import { checkAccessToken } from '../../tokens/check.ts'
import { CheckRefusal, readBearer } from './refusal.ts'

/** A resource server may ask about the tokens for it, a service app about the tokens of its organization. */
export type Introspector = { readonly server: ResourceServer } | { readonly organizationId: string }

/** The parameters of a form, each of them once; those without a value count as left out (RFC 6749 section 3.1). */
export type Form = ReadonlyMap<string, string>

/**
 * Who asks, as they say by the Authorization header; nothing of it is proven. `other` is an app, which
 * authenticates to the engine.
 */
export type Claim =
  | { readonly kind: 'server'; readonly server: ResourceServer; readonly secret: string }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'other' }
  | { readonly kind: 'none' }

const SCOPE = 'gatehouse:introspect'

/** @throws {CheckRefusal} where the header is malformed. */
export function readClaim(core: Core, authorization: string | undefined): Claim {
  const token = readBearer(authorization)
  if (token !== undefined) return { kind: 'bearer', token }
  if (authorization === undefined) return { kind: 'none' }
  const { scheme, credentials } = readAuthorization(authorization)
  if (scheme !== 'basic') return { kind: 'other' }
  const [id, secret] = readBasic(credentials)
  const server = findServer(core, id)
  return server ? { kind: 'server', server, secret } : { kind: 'other' }
}

/**
 * Authenticates a resource server, by HTTP Basic or in the body (RFC 6749 section 2.3.1), or a service
 * app by an access token of its own. Null for all others.
 *
 * @throws {CheckRefusal}
 */
export async function authenticateCaller(core: Core, claim: Claim, readForm: () => Form): Promise<Introspector | null> {
  switch (claim.kind) {
    case 'other':
      return null
    case 'bearer':
      return serviceApp(core, claim.token, readForm())
    case 'none': {
      const form = readForm()
      const server = findServer(core, form.get('client_id'))
      return server ? authenticated(server, form.get('client_secret')) : null
    }
    case 'server': {
      const caller = authenticated(claim.server, claim.secret)
      const form = readForm()
      assertNoOther(form)
      const other = form.get('client_id')
      if (other === undefined || other === claim.server.id) return caller
      throw new CheckRefusal('invalid_request', 'client_id names another client.')
    }
  }
}

const findServer = ({ config }: Core, id: string | undefined): ResourceServer | undefined =>
  config.resourceServers.find((one) => one.id === id)

function authenticated(server: ResourceServer, secret = ''): Introspector {
  if (!isSame(secret, server.secret)) throw new CheckRefusal('invalid_client', 'The client authentication failed.')
  return { server }
}

/** In a time that says nothing about how much of it is right. */
const isSame = (secret: string, right: string): boolean => timingSafeEqual(digest(secret), digest(right))

const digest = (text: string): Buffer => hash('sha256', text, 'buffer')

async function serviceApp(core: Core, token: string, form: Form): Promise<Introspector> {
  assertNoOther(form)
  const standing = await checkAccessToken(core, token)
  // What is bound to a key is worth nothing without a proof of it.
  if (!standing || standing.keyThumbprint !== null || !isForGatehouse(core, standing)) {
    throw new CheckRefusal('invalid_token', 'The token is not accepted.')
  }
  // An app that acts for a user has no more rights than they, and members may not look into tokens.
  if (standing.app.type !== 'SERVICE' || !standing.scopes.includes(SCOPE)) {
    throw new CheckRefusal('insufficient_scope', `This takes a token of a service app that is worth ${SCOPE}.`, SCOPE)
  }
  return { organizationId: standing.organization.id }
}

/** RFC 6749 section 2.3: no more than one method of authentication. */
function assertNoOther(form: Form): void {
  if (form.has('client_secret') || form.has('client_assertion')) {
    throw new CheckRefusal('invalid_request', 'Authenticate in one way only.')
  }
}

/** @throws {CheckRefusal} where it is no id and secret, each form-urlencoded, then joined and in base64. */
function readBasic(credentials: string): [id: string, secret: string] {
  const pair = isToken68(credentials) ? Buffer.from(credentials, 'base64').toString() : ''
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(pair) ?? []
  try {
    return [formDecode(id), formDecode(secret)]
  } catch {
    throw new CheckRefusal('invalid_client', 'The Authorization header must be Basic with a client id and its secret.')
  }
}

function formDecode(text: string | undefined): string {
  if (text === undefined) throw new TypeError('nothing to decode')
  return decodeURIComponent(text.replaceAll('+', ' '))
}
