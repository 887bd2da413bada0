import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Language } from './language.ts'
import { hashSource, policy } from './security.ts'
import { style } from './style.ts'

export type Markup = ReturnType<typeof html>

interface Page {
  readonly language: Language
  readonly title: string
  readonly body: Markup
}

const contentSecurityPolicy = policy(
  `style-src ${hashSource(createHash('sha256').update(style))}`,
  "img-src 'self' data:",
  "form-action 'self'",
)

/** Answers with a page in the house's look. It works without JavaScript, and allows none. */
export function answerPage(
  c: Context,
  { language, title, body }: Page,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  c.header('content-security-policy', contentSecurityPolicy)
  c.header('cache-control', 'no-store')
  c.header('content-language', language)
  c.header('vary', 'Accept-Language, Cookie')
  return c.html(
    html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Gatehouse</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<style>${raw(style)}</style>
</head>
<body>
<main>
<p class="brand">${raw(icon)}<span>Gatehouse</span></p>
${body}
</main>
</body>
</html>`,
    status,
  )
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><path fill="#3f5bd9" d="M4 4h5v4h4V4h6v4h4V4h5v24h-8v-7a4 4 0 0 0-8 0v7H4z"/></svg>'
