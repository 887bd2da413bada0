import { promisify } from 'node:util'
import pino, { type Logger } from 'pino'
import { loadViewers } from '../access/load-viewers.ts'
import type { Config } from '../config/config.ts'
import { type Clock, type Core, type Doorbell, systemClock } from '../core.ts'
import { type Database, type DatabaseOptions, openDatabase } from '../database/client.ts'
import type { OpenWire } from '../database/wire.ts'
import { Feed } from '../feed/feed.ts'
import { useFeed } from '../feed/plugin.ts'
import { serveWebSocket } from '../feed/websocket.ts'
import { LocalDoorbell } from '../history/doorbell.ts'
import { redisWire } from '../history/redis-wire.ts'
import { SharedDoorbell } from '../history/shared-doorbell.ts'
import { addressOf } from '../http/address.ts'
import { isCrossSiteUpgrade } from '../http/same-site.ts'
import { loadSigningKeys } from '../keys/signing-keys.ts'
import { TokenRefusals } from '../oauth/token/limits.ts'
import { BatchedLastUse } from '../tokens/last-use.ts'
import { sweepRotations } from '../tokens/sweep.ts'
import { checkListener } from './check-listener.ts'
import { startHousekeeping } from './housekeeping.ts'
import { listen } from './listen.ts'
import { Metrics } from './metrics.ts'
import { requestListener } from './request-listener.ts'
import { makeApp } from './routes.ts'
import { schema } from './schema.ts'
import { makeYoga } from './yoga.ts'

/** A running server. Disposing it finishes what it is doing, sends subscribers away and closes what it opened. */
export interface Server extends AsyncDisposable {
  /** Where to reach it. */
  readonly url: string
  readonly port: number
  /** With the port that it really has. */
  readonly config: Config
  readonly core: Core
  readonly feed: Feed
}

export interface ServerOptions {
  readonly config: Config
  readonly clock?: Clock
  /** One that is open already, and is left open; else the one that the configuration names is opened. */
  readonly database?: Database
  readonly log?: Logger
  /** What is to be done with the open database before the first request is answered. */
  readonly prepare?: (core: Core) => Promise<void>
}

/**
 * Starts everything on one port.
 *
 * @throws {ConfigError} where the port is taken, or the secret is not the database's.
 * @throws {DatabaseUnreachable | DataDirectoryLocked | DataDirectoryUnusable | MigrationError}
 */
export async function startServer({
  config: wanted,
  clock = systemClock,
  log,
  ...options
}: ServerOptions): Promise<Server> {
  await using resources = new AsyncDisposableStack()
  // The port comes first: a second start fails at it before it touches any data.
  const http = resources.use(await listen(wanted))
  const config = withPort(wanted, http.port)

  const database = options.database ?? resources.use(await openDatabase(databaseOptions(config)))
  const { prisma, reserved } = database
  const keys = await loadSigningKeys({ config, prisma, clock })
  const basis = { config, prisma, reserved, clock, keys, log: log ?? pino({ level: config.logLevel }) }
  const lastUse = resources.use(
    new BatchedLastUse(prisma, clock, (err) => basis.log.warn({ err }, 'last uses could not be written')),
  )
  const core: Core = {
    ...basis,
    doorbell: openDoorbell(config, database, basis.log, resources),
    lastUse,
  }
  // While no node ran, nobody removed what was over.
  await sweepRotations(core)
  await options.prepare?.(core)
  const feed = new Feed(core, (core, credentials) => loadViewers(core, credentials, reserved.rights))
  const yoga = makeYoga(core, schema, [useFeed(feed)])
  const metrics = new Metrics(feed, () => promisify(http.server.getConnections.bind(http.server))())
  const refusals = new TokenRefusals(core)
  const app = makeApp(core, yoga, metrics, refusals)
  http.serve(requestListener(app, config, checkListener(core, metrics, refusals)))

  // Given back from the last to the first: the database stays until the requests under way are done.
  resources.use(startHousekeeping(core))
  resources.defer(() => http[Symbol.asyncDispose]())
  const { server } = http
  resources.use(
    serveWebSocket({
      core,
      server,
      yoga,
      addressOf: (request) => addressOf(request, config),
      isCrossSite: (request) => isCrossSiteUpgrade(config, request),
    }),
  )
  resources.use(feed)
  resources.defer(() => http.stopAccepting())
  const running = resources.move()
  return {
    url: urlOf(config),
    port: http.port,
    config,
    core,
    feed,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** One that rings at all nodes, where the database can have several. */
function openDoorbell(
  { redisUrl, publicUrl }: Config,
  { openWire }: Pick<Database, 'openWire'>,
  log: Logger,
  resources: AsyncDisposableStack,
): Doorbell {
  if (!openWire) return new LocalDoorbell()
  const open: OpenWire =
    redisUrl === undefined ? openWire : (onText) => redisWire(redisUrl, `gatehouse ${publicUrl}`, onText)
  return resources.use(new SharedDoorbell(open, log))
}

const databaseOptions = ({ database, durations, limits }: Config): DatabaseOptions => ({
  ...database,
  bounds: { ...durations, ...limits },
})

/** Where the configuration asks for any free port (0), PUBLIC_URL gets the port that the server listens on. */
function withPort(config: Config, port: number): Config {
  const publicUrl = new URL(config.publicUrl)
  if (publicUrl.port === '0') publicUrl.port = String(port)
  return { ...config, port, publicUrl: publicUrl.origin }
}

const urlOf = ({ host, port }: Config): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`
