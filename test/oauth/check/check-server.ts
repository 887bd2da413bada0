import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { contextStorage } from 'hono/context-storage'
import type { Core } from '../../../src/core.ts'
import { readRequest } from '../../../src/http/body.ts'
import type { Environment } from '../../../src/http/environment.ts'
import { securityHeaders } from '../../../src/http/security.ts'
import { checkRoutes } from '../../../src/oauth/check/routes.ts'
import { TokenRefusals } from '../../../src/oauth/token/limits.ts'
import { checkListener } from '../../../src/server/check-listener.ts'
import { Metrics } from '../../../src/server/metrics.ts'
import { observe } from '../../../src/server/observe.ts'
import { requestListener } from '../../../src/server/request-listener.ts'

export interface CheckServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
}

/**
 * The token check over HTTP, as the server has it, and behind it something in the place of the engine, which says what
 * it was asked.
 *
 * @param more further routes, on the same stack.
 */
export async function serveChecks(core: Core, more: (app: Hono<Environment>) => void = () => {}): Promise<CheckServer> {
  const app = new Hono<Environment>()
  const metrics = new Metrics({ openSubscriptions: 0, delivered: 0 })
  const refusals = new TokenRefusals(core)
  app.use(contextStorage(), observe(core, metrics), securityHeaders(core.config))
  app.use(readRequest(core.config))
  app.route('/', checkRoutes(core, refusals))
  app.post('/oauth/introspect', async (c) => c.json({ engine: await c.req.text() }))
  more(app)
  const listener = requestListener(app, core.config, checkListener(core, metrics, refusals))
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Two APIs that check tokens. The secret of the second has what Basic must encode. */
export const resourceServers = [
  { id: 'documents', secret: 'd'.repeat(40), audience: 'https://documents.example/', name: 'Documents' },
  { id: 'mail', secret: `${'m'.repeat(32)} +%:&=`, audience: 'urn:example:mail', name: 'Mail' },
]

/** RFC 6749 section 2.3.1. */
export const basic = (id: string, secret: string): string => {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`
}
