import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Markup } from '../../../http/page.ts'
import { type ErrorTexts, errorTexts, isKnownError } from './error-texts.ts'
import { hidden } from './parts.ts'
import { answerSheet, type PageCore, sheetOf } from './sheet.ts'

export interface OAuthError {
  /** The `error` of RFC 6749 section 4.1.2.1, of a later RFC, or of ours; nothing that is trusted. */
  readonly code: string
  /** For developers, in English. */
  readonly description?: string | undefined
  /** The app that caused the error, and the address that a user who goes on is led to. */
  readonly leads?: Leads
}

interface Leads {
  readonly app: string
  readonly publisher: string
  readonly redirectUri: string
  /** A link, or a form that is posted there. */
  readonly way: { readonly href: string } | { readonly action: string; readonly fields: Fields }
}

type Fields = Readonly<Record<string, string | undefined>>

/** The page of an error that is not the app's to hear: nobody knows whether the redirect URI is (RFC 6749 section 4.1.2.1). */
export function errorPage(
  core: PageCore,
  c: Context,
  { code, description, leads }: OAuthError,
  status: ContentfulStatusCode,
): Promise<Response> {
  const sheet = sheetOf(core, c)
  const says = errorTexts[sheet.language]
  const { title = says.title, text } = isKnownError(code) ? says.errors[code] : says.other
  const requestId: string | undefined = c.get('requestId')
  const body = html`<h1>${title}</h1>
<p>${text}</p>
${leads ? goOn(says, leads) : ''}
<h2 class="quiet small">${says.forDevelopers}</h2>
<dl class="facts small">
<div><dt>${says.error}</dt><dd><code>${code}</code></dd></div>
${
  description
    ? html`<div><dt>${says.description}</dt><dd lang="en">${description}</dd></div>
`
    : ''
}${requestId ? html`<div><dt>${says.request}</dt><dd><code>${requestId}</code></dd></div>` : ''}
</dl>`
  return answerSheet(sheet, { title, body, isError: true, leadsToApp: leads !== undefined }, status)
}

/** The way on to the app, for a user who knows the app and wants to go there. */
function goOn(says: ErrorTexts, { app, publisher, redirectUri, way }: Leads): Markup {
  const { protocol, host } = new URL(redirectUri)
  const place = /^https?:$/.test(protocol) ? host : protocol
  const facts = html`<p>${says.whose(app, publisher)}</p>
`
  if ('href' in way) {
    return html`${facts}<p><a class="button second" href="${way.href}" rel="noreferrer nofollow">${says.goOn(place)}</a></p>`
  }
  const fields = Object.entries(way.fields).map(([name, value]) => (value === undefined ? '' : hidden(name, value)))
  return html`${facts}<form method="post" action="${way.action}">
${fields}<button class="second" type="submit">${says.goOn(place)}</button>
</form>`
}
