import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { errorTexts, isKnownError } from './error-texts.ts'
import { answerSheet, type PageCore, sheetOf } from './sheet.ts'

export interface OAuthError {
  /** The `error` of RFC 6749 section 4.1.2.1, of a later RFC, or of ours; nothing that is trusted. */
  readonly code: string
  /** For developers, in English. */
  readonly description?: string | undefined
}

/** The page of an error that is not the app's to hear: nobody knows whether the redirect URI is (RFC 6749 section 4.1.2.1). */
export function errorPage(
  core: PageCore,
  c: Context,
  { code, description }: OAuthError,
  status: ContentfulStatusCode,
): Promise<Response> {
  const sheet = sheetOf(core, c)
  const says = errorTexts[sheet.language]
  const { title = says.title, text } = isKnownError(code) ? says.errors[code] : says.other
  const requestId: string | undefined = c.get('requestId')
  const body = html`<h1>${title}</h1>
<p>${text}</p>
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
  return answerSheet(sheet, { title, body, isError: true }, status)
}
