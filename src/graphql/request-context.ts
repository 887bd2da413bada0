import type { YogaServerInstance } from 'graphql-yoga'
import type { Caller, Credential } from '../access/viewer.ts'
import type { AnswerBudget } from './answer-budget.ts'
import type { Connection } from './connection.ts'
import type { Context } from './context.ts'

/** What the HTTP layer knows of a request. */
export interface RequestContext {
  readonly viewer: Caller | null
  /** What the viewer proved to be that: the feed asks again for every delivery. */
  readonly credential: Credential | null
  readonly requestId: string
  readonly address: string
  /** The body of a POST, parsed; undefined where the operation stands in the query string. */
  readonly body?: object
  /** What the client calls itself (RFC 9110 section 10.1.5). */
  readonly userAgent?: string
  readonly clearCookie?: () => void
  readonly lastEventId?: string | undefined
  /** One for all operations of the request. */
  readonly answer: AnswerBudget
  /** The line that a subscription's answer is streamed over. */
  readonly connection?: Connection
}

/** The GraphQL endpoint, as the transports know it. */
export type Yoga = YogaServerInstance<RequestContext, Context>
