/**
 * The load of token-check.ts, on a thread of its own: so many connections, each with one request
 * under way. Counts the answers, which must all be 200 and short enough to come in one piece.
 */
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

export interface Load {
  readonly port: number
  readonly connections: number
}

/** One round: these requests in turn, for so many milliseconds. */
export interface Round {
  readonly requests: readonly string[]
  readonly duration: number
}

if (parentPort) {
  const port = parentPort
  const load = workerData as Load
  let round: Round = { requests: [], duration: 0 }
  let answered = 0
  let running = 0
  let until = 0

  const sockets = Array.from({ length: load.connections }, (_, index) => {
    const socket = connect(load.port, '127.0.0.1').setNoDelay()
    let next = index
    const send = () => socket.write(round.requests[next++ % round.requests.length] as string)
    socket.on('data', (chunk) => {
      if (!chunk.subarray(0, 12).equals(Buffer.from('HTTP/1.1 200'))) throw new Error(chunk.toString())
      answered++
      if (performance.now() < until) send()
      else if (--running === 0) port.postMessage(answered)
    })
    return send
  })

  port.on('message', (message: Round) => {
    round = message
    answered = 0
    running = sockets.length
    until = performance.now() + round.duration
    for (const send of sockets) send()
  })
}
