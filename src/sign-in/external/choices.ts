import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Viewer } from '../../access/viewer.ts'
import type { Core } from '../../core.ts'
import { FORM_TOKEN, formToken } from '../../http/form-token.ts'
import { languageOf } from '../../http/language.ts'
import type { Markup } from '../../http/page.ts'
import { issuersOf } from './issuer.ts'
import { texts } from './texts.ts'

/**
 * The part of the sign-in page that offers the external issuers; empty where there are none.
 *
 * @param again whether a user who is signed in is to sign in once more.
 */
export function externalSignIns(core: Core, c: Context, returnTo: string, again: boolean): Markup | '' {
  if (issuersOf(core).length === 0) return ''
  const says = texts[languageOf(c)]
  const query = `?return_to=${encodeURIComponent(returnTo)}${again ? '&again=1' : ''}`
  return html`<p class="or">${says.or}</p>
${issuersOf(core).map(
  ({ config }) =>
    html`<a class="button second" href="/sign-in/${config.slug}${query}">${says.signInWith(config.name)}</a>`,
)}`
}

/** The part of the start page on which people connect external identities to their account. */
export async function connections(core: Core, c: Context, viewer: Viewer): Promise<Markup | ''> {
  if (issuersOf(core).length === 0) return ''
  const says = texts[languageOf(c)]
  const identities = await core.prisma.externalIdentity.findMany({
    where: { userId: viewer.userId },
    select: { issuer: true },
  })
  return html`${issuersOf(core).map((issuer) => {
    const { name, slug } = issuer.config
    if (identities.some((identity) => issuer.is(identity.issuer)))
      return html`<p class="or">${says.connected(name)}</p>`
    return html`<form method="post" action="/sign-in/${slug}">
<input type="hidden" name="${FORM_TOKEN}" value="${formToken(core.config, c)}">
<button class="second" type="submit">${says.connect(name)}</button>
</form>`
  })}`
}
