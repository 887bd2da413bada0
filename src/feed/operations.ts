import {
  CloseCode,
  type CompleteMessage,
  type Message,
  MessageType,
  parseMessage,
  type SubscribeMessage,
} from 'graphql-ws'

/** A client broke the protocol; the connection is closed with the code. */
export class ProtocolViolation extends Error {
  readonly code: number

  constructor(code: number, reason: string) {
    super(reason)
    this.code = code
  }
}

/** In characters: every message about an operation carries its id. */
const LONGEST_ID = 256

interface Operation {
  /** Whether the client has completed it; it may still be under way here. */
  isCompleted: boolean
  /** The operation that the client began with the same id meanwhile. */
  next?: SubscribeMessage | undefined
}

const fromClients: readonly string[] = [
  MessageType.ConnectionInit,
  MessageType.Ping,
  MessageType.Pong,
  MessageType.Subscribe,
  MessageType.Complete,
]

/**
 * The operations of one WebSocket, from their `subscribe` until nothing of them is under way any longer.
 *
 * graphql-ws knows an operation by its message id alone, and forgets it as soon as the client completes
 * it. A client may then use the id again, although the first operation is not over: graphql-ws would take
 * the one for the other. So the second waits here until the first is over.
 */
export class Operations {
  readonly #handle: (message: Message) => Promise<void>
  readonly #underWay = new Map<string, Operation>()

  /** @param handle resolves, for a `subscribe` message, when its operation is over. */
  constructor(handle: (message: Message) => Promise<void>) {
    this.#handle = handle
  }

  /** How many there are, those that wait among them. */
  get size(): number {
    let waiting = 0
    for (const { next } of this.#underWay.values()) if (next) waiting += 1
    return this.#underWay.size + waiting
  }

  /** @throws {ProtocolViolation} */
  async receive(data: string): Promise<void> {
    const message = read(data)
    if (message.type === MessageType.Subscribe) return this.#subscribe(message)
    if (message.type === MessageType.Complete && !this.#complete(message)) return
    try {
      await this.#handle(message)
    } catch (error) {
      // The payload of a ping goes back in a pong, and JSON is written by a function that calls itself for each level.
      if (error instanceof RangeError && message.type === MessageType.Ping) throw invalidMessage()
      throw error
    }
  }

  async #subscribe(message: SubscribeMessage): Promise<void> {
    const earlier = this.#underWay.get(message.id)
    if (!earlier) return this.#run(message)
    if (!earlier.isCompleted || earlier.next) {
      throw new ProtocolViolation(CloseCode.SubscriberAlreadyExists, `Subscriber for ${message.id} already exists`)
    }
    earlier.next = message
  }

  async #run(first: SubscribeMessage): Promise<void> {
    for (let message: SubscribeMessage | undefined = first; message; ) {
      const operation: Operation = { isCompleted: false }
      this.#underWay.set(message.id, operation)
      try {
        await this.#handle(message)
      } finally {
        this.#underWay.delete(message.id)
      }
      message = operation.next
    }
  }

  /** @returns whether graphql-ws knows the operation that the client completes. */
  #complete({ id }: CompleteMessage): boolean {
    const operation = this.#underWay.get(id)
    if (operation?.next) {
      operation.next = undefined
      return false
    }
    if (operation) operation.isCompleted = true
    return true
  }
}

/**
 * graphql-ws insists on a text for the query. Where the hash of one comes instead, the operation is refused
 * later, in a way that its client understands.
 */
function withQuery(message: { payload?: { query?: unknown; extensions?: unknown } | null } | null): never {
  const payload = message?.payload
  const isHashAlone = payload && payload.query == null && payload.extensions
  return (isHashAlone ? { ...message, payload: { ...payload, query: '' } } : message) as never
}

/** @throws {ProtocolViolation} 4400 for what is not a message, or one that only servers send. */
function read(data: string): Message {
  try {
    const message = parseMessage(withQuery(JSON.parse(data)))
    if (fromClients.includes(message.type) && !('id' in message && message.id.length > LONGEST_ID)) return message
  } catch {
    // The client is not told the fault: it knows best what it sent.
  }
  throw invalidMessage()
}

const invalidMessage = () => new ProtocolViolation(CloseCode.BadRequest, 'Invalid message received')
