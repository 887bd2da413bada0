import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A mail server (RFC 5321, as much of it as a client needs) that keeps what it is sent. */
export interface MailServer extends AsyncDisposable {
  readonly url: string
  readonly mails: string[]
  /** Of each mail: the addresses in its envelope (RFC 5321 section 3.3). */
  readonly recipients: string[][]
}

export interface MailServerOptions {
  /** Answers every recipient with a refusal. */
  readonly refuse?: boolean
  /** Takes what begins like this, and from then on says nothing: '' for not even a greeting. */
  readonly silentFrom?: string
  /** From then on it says that there is more to come, as often as this, in milliseconds, and never the end. */
  readonly drips?: number
}

export async function startMailServer({
  refuse = false,
  silentFrom,
  drips,
}: MailServerOptions = {}): Promise<MailServer> {
  const mails: string[] = []
  const recipients: string[][] = []
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let data: string | undefined
    let to: string[] = []
    let rest = ''
    let silent = silentFrom === ''
    const say = (line: string) => silent || socket.write(`${line}\r\n`)
    const take = (line: string): void => {
      if (silentFrom && line.startsWith(silentFrom) && !silent) {
        silent = true
        if (drips) timers.add(setInterval(() => socket.write('250-more\r\n'), drips))
      }
      if (data !== undefined && line !== '.') {
        data += `${line}\n`
      } else if (data !== undefined) {
        mails.push(data)
        recipients.push(to)
        data = undefined
        to = []
        say('250 taken')
      } else if (/^RCPT/i.test(line) && refuse) say('550 no such mailbox')
      else if (/^RCPT/i.test(line)) {
        to.push(/^RCPT TO:<(.*)>/i.exec(line)?.[1] ?? line)
        say('250 fine')
      } else if (/^DATA/i.test(line)) {
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
    recipients,
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer)
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
