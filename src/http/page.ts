import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { legible } from '../text.ts'
import type { Language } from './language.ts'
import { hashSource, policy } from './security.ts'
import { style } from './style.ts'

export type Markup = ReturnType<typeof html>

interface Page {
  readonly language: Language
  readonly title: string
  readonly body: Markup
  /** Whether it has lists, which need more room than a form. */
  readonly wide?: boolean
  /**
   * Whether what answers its forms may send the browser on to an app. Chromium holds all redirects after a form to the
   * page's `form-action`, and where an app sends its user next is the app's affair: such a page has none.
   */
  readonly leadsToApp?: boolean
  /** Where its images may come from beside this server, as sources of a policy. */
  readonly images?: readonly string[]
}

/**
 * Whether this is a scheme or a host that can stand in a policy (CSP Level 3 section 2.3.1). The URL parser
 * takes hosts with `;` or `,` in them, which would end the directive, and `*`, which would be any host.
 */
export const isSource = (text: string): boolean =>
  /^[a-z][a-z0-9+.-]*:(\/\/[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d+|\*))?)?$/i.test(text)

const styleSource = hashSource(createHash('sha256').update(style))

const contentSecurityPolicy = ({ images = [], leadsToApp = false }: Page): string =>
  policy(
    `style-src ${styleSource}`,
    ["img-src 'self' data:", ...images.filter(isSource)].join(' '),
    ...(leadsToApp ? [] : ["form-action 'self'"]),
  )

/** Answers with a page in the house's look. It works without JavaScript, and allows none. */
export async function answerPage(c: Context, page: Page, status: ContentfulStatusCode = 200): Promise<Response> {
  const { language, wide = false } = page
  // Names may be older than the rules for them, and not all text is held to those.
  const title = legible(page.title)
  const body = raw(legible(String(await page.body)))
  c.header('content-security-policy', contentSecurityPolicy(page))
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
<main${wide ? raw(' class="wide"') : ''}>
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
