import { createClient } from '@redis/client'
import type { Wire } from '../database/wire.ts'

/** In milliseconds. */
const PATIENCE = 3_000

/**
 * Publish and subscribe of Redis or Valkey, for where a PgBouncer between the nodes and PostgreSQL pools transactions, so
 * that nobody can LISTEN. The client connects anew, and subscribes anew, by itself.
 */
export function redisWire(url: string, channel: string, onText: (text: string) => void): Wire {
  const options = {
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: PATIENCE },
    commandOptions: { timeout: PATIENCE },
  }
  const [publisher, subscriber] = [createClient(options), createClient({ ...options, disableOfflineQueue: false })]
  const clients = [publisher, subscriber]
  // Without a listener an error would end the process. That nothing arrives shows by itself.
  for (const client of clients) client.on('error', () => {})
  void publisher.connect().catch(() => {})
  void subscriber
    .connect()
    .then(() => subscriber.subscribe(channel, onText))
    .catch(() => {})
  return {
    async send(text) {
      await publisher.publish(channel, text)
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy()
    },
  }
}
