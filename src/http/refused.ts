import type { Context } from 'hono'
import { html } from 'hono/html'
import { type Answer, jsonAnswer } from './answer.ts'
import { type RequestRefused, refuse, wantsPageHere } from './answers.ts'
import type { Environment } from './environment.ts'
import { type Language, languageOf } from './language.ts'
import { answerPage } from './page.ts'
import { oauthRefusal } from './refusal-bodies.ts'

/** The answer to what the edge refuses: a page for people, and for programs JSON. */
export function answerRefused(c: Context<Environment>, refused: RequestRefused): Response | Promise<Response> {
  const { status, code, message, headers } = refused
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  if (wantsPageHere(c)) return refusedPage(c, status, message)
  return refuse(c, status, code, message)
}

/** The same for a program at a path of OAuth (RFC 6749 section 5.2). */
export const refusedAnswer = ({ status, message, headers }: RequestRefused): Answer =>
  jsonAnswer(status, oauthRefusal('invalid_request', message), headers)

interface Texts {
  readonly title: string
  readonly text: string
}

const texts: Readonly<Record<Language, { readonly tooLarge: Texts; readonly unreadable: Texts }>> = {
  en: {
    tooLarge: { title: 'This is too much', text: 'What you entered is too long. Go back, shorten it, and try again.' },
    unreadable: {
      title: 'This cannot be read here',
      text: 'Your browser sent something that this address does not take. Go back and try again.',
    },
  },
  zh: {
    tooLarge: { title: '内容过多', text: '您输入的内容过长。请返回并缩短后重试。' },
    unreadable: { title: '无法读取此请求', text: '您的浏览器发送了此地址不接受的内容。请返回并重试。' },
  },
}

function refusedPage(c: Context<Environment>, status: RequestRefused['status'], message: string): Promise<Response> {
  const language = languageOf(c)
  const { title, text } = texts[language][status === 413 ? 'tooLarge' : 'unreadable']
  const body = html`<h1>${title}</h1><p role="alert">${text}</p><p class="quiet small" lang="en">${message}</p>`
  return answerPage(c, { language, title, body }, status)
}
