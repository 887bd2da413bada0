import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { request as overHttp } from 'node:http'
import { createServer, request as overHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What a balancer does in front of Gatehouse: it ends TLS, and says so in headers. */
export interface TlsProxy extends AsyncDisposable {
  readonly url: string
  /** Where it passes requests on to. */
  target: string
  /** `fetch` that trusts its certificate. */
  readonly fetch: typeof fetch
}

export async function startTlsProxy(): Promise<TlsProxy> {
  const pem = execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
    ...['-keyout', '-', '-out', '-', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
  ]).toString()
  const server = createServer({ key: pem, cert: pem }, (incoming, outgoing) => {
    const headers = {
      ...incoming.headers,
      'x-forwarded-for': incoming.socket.remoteAddress,
      'x-forwarded-host': incoming.headers.host,
      'x-forwarded-proto': 'https',
    }
    const passed = overHttp(
      new URL(incoming.url ?? '', proxy.target),
      { method: incoming.method, headers, agent: false },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const proxy: TlsProxy = {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    target: '',
    async fetch(url, { method = 'GET', headers, body } = {}) {
      const sent = overHttps(String(url), {
        method,
        headers: Object.fromEntries(new Headers(headers)),
        ca: pem,
        agent: false,
      })
      sent.end(body == null ? undefined : String(body))
      const [answer] = await once(sent, 'response')
      const { statusCode: status, headersDistinct } = answer
      const pairs = Object.entries(headersDistinct as Record<string, string[]>).flatMap(([name, values]) =>
        values.map((value): [string, string] => [name, value]),
      )
      const content = await buffer(answer)
      return new Response(content.length > 0 ? new Uint8Array(content) : null, { status, headers: pairs })
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
