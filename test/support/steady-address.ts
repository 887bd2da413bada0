import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

/** An address that stays. Disposing it cuts off the clients that are still connected. */
export interface SteadyAddress extends AsyncDisposable {
  readonly url: string
}

/**
 * Stands before a server that comes and goes, as a balancer does, so that clients find the server at the
 * same address afterwards. While the server is away, connections are dropped.
 *
 * @param port where the server is now, asked at each connection.
 */
export async function steadyAddress(port: () => number): Promise<SteadyAddress> {
  const clients = new Set<Socket>()
  const server = createServer((client) => {
    clients.add(client)
    pipeline(client, connect(port(), '127.0.0.1'), client, () => clients.delete(client))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const client of clients) client.destroy()
      await closed
    },
  }
}
