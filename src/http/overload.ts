import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Core } from '../core.ts'
import type { Overloaded } from '../database/errors.ts'
import { type Answer, jsonAnswer } from './answer.ts'
import { refuse, wantsPageHere } from './answers.ts'
import type { Environment } from './environment.ts'
import { languageOf } from './language.ts'
import { answerPage } from './page.ts'
import { oauthRefusal } from './refusal-bodies.ts'

/** 503 with `Retry-After` (RFC 9110 section 15.6.4): a page for people, and for programs JSON. */
export function answerOverload(
  core: Core,
  c: Context<Environment>,
  overload: Overloaded,
): Response | Promise<Response> {
  logOverload(core, c, overload)
  const { message, code } = overload
  if (wantsPageHere(c)) return overloadPage(c)
  c.header('cache-control', 'no-store')
  return refuse(c, 503, code, message)
}

/** The same for a program at a path of OAuth. */
export const overloadAnswer = ({ message, retryAfterSeconds }: Overloaded): Answer =>
  jsonAnswer(503, oauthRefusal('temporarily_unavailable', message), {
    'cache-control': 'no-store',
    'retry-after': String(retryAfterSeconds),
  })

/** Notes it in the log, and says in the answer when to try again. */
export function logOverload({ log }: Core, c: Context<Environment>, overload: Overloaded): void {
  log.warn({ requestId: c.get('requestId'), err: overload.cause ?? overload }, 'overloaded')
  c.header('retry-after', String(overload.retryAfterSeconds))
}

const texts = {
  en: {
    title: 'Busy right now',
    text: 'Too much is going on for this to be done now. Wait a moment, then try again.',
  },
  zh: { title: '服务器繁忙', text: '服务器目前过于繁忙，无法完成此操作。请稍候再试。' },
}

function overloadPage(c: Context<Environment>): Response | Promise<Response> {
  const language = languageOf(c)
  const { title, text } = texts[language]
  return answerPage(c, { language, title, body: html`<h1>${title}</h1><p role="alert">${text}</p>` }, 503)
}
