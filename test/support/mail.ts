import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A mail server (RFC 5321, as much of it as a client needs) that keeps what it is sent. */
export interface MailServer extends AsyncDisposable {
  readonly url: string
  readonly mails: string[]
}

export async function startMailServer({ refuse = false } = {}): Promise<MailServer> {
  const mails: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let data: string | undefined
    let rest = ''
    const say = (line: string) => socket.write(`${line}\r\n`)
    const take = (line: string): void => {
      if (data !== undefined && line !== '.') {
        data += `${line}\n`
      } else if (data !== undefined) {
        mails.push(data)
        data = undefined
        say('250 taken')
      } else if (/^RCPT/i.test(line) && refuse) say('550 no such mailbox')
      else if (/^DATA/i.test(line)) {
        data = ''
        say('354 go on')
      } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n')
      else say('250 fine')
    }
    socket.on('data', (chunk) => {
      const lines = (rest + chunk).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) take(line)
    })
    socket.on('error', () => {})
    say('220 ready')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
