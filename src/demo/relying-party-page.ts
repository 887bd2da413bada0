import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type Language, languageOf } from '../http/language.ts'
import { answerPage, type Markup } from '../http/page.ts'
import type { Check, Person, Tokens } from './relying-party-client.ts'
import { texts } from './relying-party-texts.ts'

/** Somebody who has connected, and what the app got for it. */
export interface Connection {
  readonly person: Person
  readonly tokens: Tokens
}

/** What came of the last thing that was tried. */
export type Notice =
  | { readonly is: 'checked'; readonly check: Check }
  | { readonly is: 'refused'; readonly error: string; readonly description: string | undefined }
  | { readonly is: 'refreshed' | 'disconnected' }
  | { readonly is: 'notRevoked' | 'stale' | 'unreachable' | 'notFound' }

/** The app's one page. It never shows a token. */
export function answerLogbook(
  c: Context,
  name: string,
  { connection, notice }: { readonly connection?: Connection | undefined; readonly notice?: Notice | undefined },
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  const language = languageOf(c)
  const says = texts[language]
  const body = html`<div class="logo" aria-hidden="true">${name[0]}</div>
<h1>${name}</h1>
<p class="quiet">${says.about}</p>
${notice && show(notice, language)}
${
  connection
    ? html`${describe(connection, language, notice && isRefusal(notice) ? says.refusedNow : says.connected)}
${button('/check', says.check)}
${connection.tokens.refresh === undefined ? '' : button('/refresh', says.refresh, 'second')}
${button('/disconnect', says.disconnect, 'second')}`
    : html`<p>${says.idle}</p>
<a class="button" href="/connect">${says.connect}</a>`
}`
  return answerPage(
    c,
    { language, title: notice && isBad(notice) ? `${says.error}: ${name}` : name, body, wide: true },
    status,
  )
}

const button = (action: string, label: string, look = ''): Markup =>
  html`<form method="post" action="${action}"><button class="${look}" type="submit">${label}</button></form>`

function describe({ person, tokens }: Connection, language: Language, state: string): Markup {
  const says = texts[language]
  const { endsAt, scopes } = tokens
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(endsAt)
  const who = [person.name, person.email && `(${person.email})`].filter(Boolean).join(' ')
  const facts: [string, string | Markup | undefined][] = [
    [says.who, who],
    [says.organization, person.organization],
    [says.scopes, scopes.join(' ')],
    [
      endsAt.getTime() > Date.now() ? says.ends : says.ended,
      html`<time datetime="${endsAt.toISOString()}">${when}</time>`,
    ],
  ]
  return html`<p>${state}</p>
<dl class="facts">
${facts.filter(([, value]) => value).map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
</dl>`
}

/** Whether Gatehouse said no: what was connected may work again later, and does not now. */
const isRefusal = (notice: Notice): boolean =>
  notice.is === 'refused' || (notice.is === 'checked' && !notice.check.accepted)

const isBad = (notice: Notice): boolean =>
  notice.is === 'checked' ? !notice.check.accepted : notice.is !== 'refreshed' && notice.is !== 'disconnected'

function show(notice: Notice, language: Language): Markup {
  const bad = isBad(notice)
  const words = wordsOf(notice, language)
  return bad ? html`<p class="error" role="alert">${words}</p>` : html`<p role="status"><strong>${words}</strong></p>`
}

function wordsOf(notice: Notice, language: Language): string {
  const says = texts[language]
  const explain = (error: string, description: string | undefined): string[] => [
    ...(error ? [says.refusal(error)] : []),
    ...(description ? [says.saidSo(description)] : []),
  ]
  const join = (sentences: string[]): string => sentences.join(language === 'zh' ? '' : ' ')
  if (notice.is === 'refused') return join(explain(notice.error, notice.description))
  if (notice.is !== 'checked') return says[notice.is]
  const { check } = notice
  if (check.accepted) return says.accepted(check.scopes.join(' '))
  return join([says.refused(check.status, check.error), ...explain(check.error, check.reason)])
}
