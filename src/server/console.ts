import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono, type MiddlewareHandler } from 'hono'
import { etag, RETAINED_304_HEADERS } from 'hono/etag'
import type { Config } from '../config/config.ts'
import type { Environment } from '../http/environment.ts'
import { policy } from '../http/security.ts'

const PATH = '/console'
/** Where `npm run build` puts the console. */
const built = fileURLToPath(new URL('../../client-demo/dist', import.meta.url))

/**
 * The console: files that are made once, by `npm run build`. Every address below /console that is no
 * file is one of its pages, which the browser works out by itself.
 */
export function consoleRoutes({ publicUrl }: Config, root = built): Hono<Environment> {
  const routes = new Hono<Environment>()
  // Looked for at each request, not at the start: it may be built later.
  const isBuilt = () => existsSync(`${root}/index.html`)
  const files = whereThereIs(root, { rewriteRequestPath: (path) => path.slice(PATH.length), precompressed: true })
  const index = whereThereIs(root, { path: 'index.html' })

  routes.get(`${PATH}/*`, async (c, next) => {
    if (!isBuilt()) return c.text('The console is not built. Run `npm run build`.\n', 503)
    await next()
  })
  routes.get(`${PATH}/assets/*`, async (c) => {
    const file = await files(c, async () => {})
    if (!file) return c.notFound()
    // Their names carry a hash of what is in them.
    file.headers.set('cache-control', 'public, max-age=31536000, immutable')
    return file
  })
  // A browser takes the policy of a 304 for that of the page.
  const retainedHeaders = [...RETAINED_304_HEADERS, 'content-security-policy']
  routes.get(`${PATH}/*`, etag({ retainedHeaders }), async (c, next) => {
    c.header('content-security-policy', contentSecurityPolicy(publicUrl))
    c.header('cache-control', 'no-cache')
    return index(c, next)
  })
  return routes
}

/** `serveStatic`, which complains about a folder that is not there where it is made, made when it is. */
function whereThereIs(
  root: string,
  options: Omit<NonNullable<Parameters<typeof serveStatic<Environment>>[0]>, 'root'>,
): MiddlewareHandler<Environment> {
  let serve: MiddlewareHandler<Environment> | undefined
  return (c, next) => {
    serve ??= serveStatic<Environment>({ root, ...options })
    return serve(c, next)
  }
}

/** Scripts and styles are files of the console; logos of apps may be anywhere. */
const contentSecurityPolicy = (publicUrl: string): string =>
  policy(
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: https:",
    // Not all browsers take the WebSocket of the same host for 'self'.
    `connect-src 'self' ${publicUrl.replace(/^http/, 'ws')}`,
    "form-action 'none'",
  )
