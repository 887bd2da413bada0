import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { TestServer } from './server.ts'

/** A connection on which a test says what no HTTP client would. */
export class RawConnection implements Disposable {
  readonly socket: Socket
  /** Everything that the server has sent, as far as it was read. */
  received = ''

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {})
  }

  static async open({ url }: { readonly url: string }): Promise<RawConnection> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  write(text: string): void {
    this.socket.write(text)
  }

  /** Reads on; resolves with everything once the server has closed the connection. */
  async untilClosed(): Promise<string> {
    this.socket.setEncoding('latin1')
    this.socket.on('data', (chunk) => {
      this.received += chunk
    })
    // Not by `once`, which would fail where the server resets the connection.
    if (!this.socket.closed) await new Promise((resolve) => this.socket.once('close', resolve))
    return this.received
  }

  /** Reads one byte, and nothing from then on. */
  async readOneByte(): Promise<void> {
    await once(this.socket, 'readable')
    this.socket.read(1)
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

/** The answer to a request of these lines, over a connection of its own that the server closes. */
export async function exchange(server: { readonly url: string }, ...lines: string[]): Promise<string> {
  using connection = await RawConnection.open(server)
  connection.write(`${lines.join('\r\n')}\r\n\r\n`)
  return await connection.untilClosed()
}

/** Resolves once no connection is left but the one that asks. */
export async function allClosed(server: TestServer): Promise<void> {
  while (Number(/^gatehouse_connections (\d+)$/m.exec(await metrics(server))?.[1]) > 1) await setTimeout(5)
}

const metrics = async (server: TestServer): Promise<string> =>
  (await server.fetch('/metrics', { headers: { connection: 'close' } })).text()
