import { createServer, type IncomingMessage } from 'node:http'
import pg from 'pg'

/** As many connections as Gatehouse has, and with the setting that helps it to good plans. */
export const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
  options: '-c random_page_cost=1.1',
})

export interface PeerAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | number>>
  readonly body?: string
}

type Handler = (request: IncomingMessage, body: string) => Promise<PeerAnswer>

/** Nothing but `node:http`: what answers a path, by the path without its slash. */
export function serve(handlers: Readonly<Record<string, Handler>>): void {
  const all: Record<string, Handler> = { ...handlers, healthz: async () => ({}) }
  createServer(async (request, response) => {
    try {
      const handler = all[request.url?.slice(1) ?? '']
      if (!handler) return response.writeHead(404).end()
      let text = ''
      for await (const piece of request) text += piece
      const { status = 200, headers, body = '' } = await handler(request, text)
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
    } catch (error) {
      console.error(error)
      response.writeHead(500).end()
    }
  }).listen(Number(process.env.PORT), '127.0.0.1')
  process.once('SIGTERM', () => process.exit())
}

export const json = (body: string): PeerAnswer => ({ headers: { 'content-type': 'application/json' }, body })

/** `app_0199…` → the UUID. */
export const uuidIn = (publicId: string): string =>
  publicId.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** The UUID → `app_0199…`. */
export const publicOf = (prefix: string, uuid: string): string => `${prefix}_${uuid.replaceAll('-', '')}`
