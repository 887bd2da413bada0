import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Feed } from '../feed/feed.ts'

/** Paths that get a label of their own; an endless number of others shares one. */
const PATHS = new Set([
  ...['/', '/graphql', '/sign-in', '/sign-out', '/healthz', '/readyz', '/metrics'],
  ...['authorize', 'token', 'check', 'introspect', 'revoke', 'userinfo', 'device', 'device_authorization', 'par'].map(
    (endpoint) => `/oauth/${endpoint}`,
  ),
])

/** What is true of the process, however many servers run in it; collected from the first time on that it is asked for. */
const processMetrics = new Registry()
let isCollecting = false

/** What /metrics tells of one server, in Prometheus' text format. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took.',
    labelNames: ['method', 'path', 'status'],
    registers: [this.#registry],
  })

  /** @param connections how many connections are open. */
  constructor(feed: Pick<Feed, 'openSubscriptions' | 'delivered'>, connections: () => Promise<number> = async () => 0) {
    const registers = [this.#registry]
    new Gauge({
      name: 'gatehouse_connections',
      help: 'Connections that are open, WebSockets among them.',
      registers,
      async collect() {
        this.set(await connections())
      },
    })
    new Gauge({
      name: 'gatehouse_open_subscriptions',
      help: 'Subscriptions that are open.',
      registers,
      collect() {
        this.set(feed.openSubscriptions)
      },
    })
    new Counter({
      name: 'gatehouse_deliveries_total',
      help: 'Deliveries made to subscriptions.',
      registers,
      collect() {
        this.reset()
        this.inc(feed.delivered)
      },
    })
  }

  /** Notes an answered request and how long it took, in seconds. */
  request(method: string, path: string, status: number, seconds: number): void {
    this.#requests.observe({ method, path: PATHS.has(path) ? path : 'other', status }, seconds)
  }

  async render(): Promise<{ readonly contentType: string; readonly text: string }> {
    if (!isCollecting) collectDefaultMetrics({ register: processMetrics })
    isCollecting = true
    const all = Registry.merge([processMetrics, this.#registry])
    return { contentType: all.contentType, text: await all.metrics() }
  }
}
