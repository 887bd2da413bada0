import type { Context } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'

/** An answer that is given by Node's own server as well as by Hono. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export const jsonAnswer = (status: number, value: unknown, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

export const toResponse = (c: Context, { status, headers, body }: Answer): Response =>
  c.newResponse(body ?? null, status as StatusCode, headers)
