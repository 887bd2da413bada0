import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** A refusal in the one form that all of the HTTP layer uses, the same as GraphQL's. */
export const refuse = (c: Context, status: ContentfulStatusCode, code: string, message: string): Response =>
  c.json({ errors: [{ message, extensions: { code } }] }, status)

/** Whether a person with a browser asks, rather than a program. */
export const wantsPage = (c: Context): boolean => c.req.header('accept')?.includes('text/html') ?? false
