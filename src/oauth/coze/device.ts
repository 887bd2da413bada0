import type { Context } from 'hono'
import type { Core } from '../../core.ts'
import type { Environment } from '../../http/environment.ts'
import type { Engine } from '../engine/engine.ts'
import { paths } from '../engine/paths.ts'
import { DEVICE_CODE } from '../storage/clients.ts'
import { ask } from './ask.ts'
import { readBody, readText } from './input.ts'

/**
 * A device code (RFC 8628). The SDKs open `verification_uri?user_code=…`, which our page reads.
 *
 * @throws {TokenRefusal}
 */
export async function deviceCode(core: Core, engine: Engine, c: Context<Environment>): Promise<Response> {
  const body = await readBody(c)
  const answer = await ask(core, engine, c, {
    path: paths.device_authorization,
    grantType: DEVICE_CODE,
    parameters: { client_id: readText(body, 'client_id'), organization_id: c.req.param('id') },
  })
  return c.json({ ...answer, interval: core.config.durations.devicePolling / 1000 })
}
