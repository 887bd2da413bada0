import type { Context } from 'hono'
import type { Core } from '../../core.ts'
import type { AppType } from '../../database/generated/client/enums.ts'
import { addressOf } from '../../http/address.ts'
import type { Environment } from '../../http/environment.ts'
import type { Engine } from '../engine/engine.ts'
import { readClientId } from '../engine/ids.ts'
import { DEVICE_CODE, JWT_BEARER } from '../storage/clients.ts'
import { deactivated, TokenRefusal } from './answers.ts'
import { leewayOfSdks } from './assertions.ts'

/** The grants of these paths, and the types of app that each is for. */
export const grantTypes: ReadonlyMap<string, readonly AppType[]> = new Map([
  ['authorization_code', ['WEB', 'PUBLIC']],
  ['refresh_token', ['WEB', 'PUBLIC', 'DEVICE']],
  [DEVICE_CODE, ['DEVICE']],
  [JWT_BEARER, ['SERVICE']],
])

/** A request to the engine: the parameters that have a value, as a form. */
export interface Ask {
  readonly path: string
  readonly grantType: string
  readonly parameters: Readonly<Record<string, string | undefined>>
}

/** @throws {TokenRefusal} where the engine refuses. */
export async function ask(
  core: Core,
  engine: Engine,
  c: Context<Environment>,
  { path, grantType, parameters }: Ask,
): Promise<Record<string, unknown>> {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, value)
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'user-agent': c.req.header('user-agent') ?? '',
  }
  const { response } = await engine.fetch(
    new Request(`${core.config.publicUrl}${path}`, { method: 'POST', headers, body: form.toString() }),
    { address: addressOf(c.env.incoming, core.config), requestId: c.get('requestId') },
    leewayOfSdks(core.config),
  )
  const body = (await response.json()) as Record<string, unknown>
  if (response.ok) return body
  throw await refusalOf(core, body, { grantType, clientId: parameters.client_id })
}

/** The engine's refusal in Coze's words, where it has some of its own. */
async function refusalOf(
  { prisma }: Core,
  { error, error_description: description }: Record<string, unknown>,
  { grantType, clientId }: { grantType: string; clientId: string | undefined },
): Promise<TokenRefusal> {
  if (error === 'server_error') return new TokenRefusal('internal_error', 'Something went wrong here.', 500)
  if (error === 'unauthorized_client' || error === 'invalid_request') {
    const appId = readClientId(clientId)
    const app = appId && (await prisma.app.findUnique({ where: { id: appId }, select: { type: true } }))
    if (app && !grantTypes.get(grantType)?.includes(app.type))
      return new TokenRefusal('access_deny', 'invalid app type')
    // Nothing but the publisher keeps an app from a grant of its own type.
    if (app && error === 'unauthorized_client') return new TokenRefusal('access_deny', deactivated(clientId ?? ''))
  }
  return new TokenRefusal(String(error), String(description ?? error))
}
