import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { tryGetContext } from 'hono/context-storage'

/** What the handlers of the HTTP layer find in Hono's context. */
export interface Environment {
  Bindings: HttpBindings
  Variables: {
    /** The one in the X-Request-Id header, the log and masked errors. */
    requestId: string
    /** The one that was made for the forms of the page, where the browser brought none. */
    formToken?: string
    /** The parameters of the posted form; absent where the body is none. */
    form?: URLSearchParams
  }
}

/** A request, as a handler of a route is given it. */
export type HttpContext = Context<Environment>

/** The id of the HTTP request that is being answered, for where no context is passed along. */
export const currentRequestId = (): string => tryGetContext<Environment>()?.get('requestId') ?? 'unknown'
