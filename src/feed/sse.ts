import type { ServerResponse } from 'node:http'
import type { Connection } from './subscription.ts'

/** How long, in milliseconds, whoever reads too slowly has to take the event that says so. */
const GRACE = 5000

/** The line that an answer is streamed over. The code itself comes in the last event; this makes sure of the end. */
export const streamed = (response: ServerResponse): Connection => ({
  close() {
    const timer = setTimeout(() => response.destroy(), GRACE).unref()
    response.once('close', () => clearTimeout(timer))
  },
})
