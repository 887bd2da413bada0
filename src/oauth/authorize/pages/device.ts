import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { languageOf } from '../../../http/language.ts'
import { type DeviceEnd, type DeviceProblem, deviceTexts } from './device-texts.ts'
import { accountFact, alert, appHead, factList, hidden, originFacts, postForm } from './parts.ts'
import { answerSheet, type PageCore, sheetOf } from './sheet.ts'
import type { AppCard, AuthorizationView, DeviceOrigin } from './steps.ts'

const path = '/oauth/device'

export interface DeviceCodeFill {
  /** What was entered before. */
  readonly userCode?: string | undefined
  readonly problem?: DeviceProblem | undefined
  /** For `too-many`: when one can try again. */
  readonly minutes?: number | undefined
}

const statuses = {
  unknown: 422,
  expired: 422,
  used: 422,
  'too-many': 429,
  stale: 403,
} as const satisfies Record<DeviceProblem, number>

/** The page on which people enter the code that their device shows (RFC 8628 section 3.3). */
export function deviceCodePage(
  core: PageCore,
  c: Context,
  { userCode = '', problem, minutes = 1 }: DeviceCodeFill = {},
  status: ContentfulStatusCode = problem ? statuses[problem] : 200,
): Promise<Response> {
  const sheet = sheetOf(core, c)
  const says = deviceTexts[sheet.language]
  const body = html`<h1>${says.connect}</h1>
<p class="quiet">${says.connectMore}</p>
${alert(problem && says.problems[problem](minutes))}
${postForm(
  sheet,
  path,
  html`<label for="user_code">${says.code}</label>
<input class="code-input" id="user_code" name="user_code" value="${userCode}" maxlength="40" required autofocus autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false" aria-describedby="example${problem ? ' error' : ''}"${problem && problem !== 'stale' ? html` aria-invalid="true"` : ''}>
<p class="quiet small" id="example">${says.example}</p>
<button type="submit">${says.next}</button>`,
)}`
  return answerSheet(sheet, { title: says.connect, body, isError: problem !== undefined }, status)
}

export interface DeviceConfirmation {
  readonly app: AppCard
  readonly device: DeviceOrigin
  readonly viewer: AuthorizationView['viewer']
}

/**
 * Asks whether the device shows this code. A user who was sent a link with somebody else's code in it is
 * to notice here (RFC 8628 sections 3.3.1 and 5.4).
 */
export function deviceConfirmPage(
  core: PageCore,
  c: Context,
  { app, device, viewer }: DeviceConfirmation,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const sheet = sheetOf(core, c)
  const says = deviceTexts[sheet.language]
  const title = says.confirm(app.name)
  const button = (action: 'confirm' | 'refuse', look: 'first' | 'second') =>
    postForm(
      sheet,
      path,
      html`${hidden('user_code', device.userCode)}${hidden('action', action)}<button class="${look}" type="submit">${says[action === 'confirm' ? 'isSame' : 'isNot']}</button>`,
    )
  const body = html`${appHead(sheet, app, title)}
<h2>${says.sameCode}</h2>
<p class="code"><code>${device.userCode}</code></p>
<p class="note">${sheet.says.onlyIfYou}</p>
${factList([...originFacts(sheet, device), accountFact(sheet, viewer)])}
${button('confirm', 'first')}
${button('refuse', 'second')}`
  return answerSheet(sheet, { title, body, app }, status)
}

/** Shown instead of the confirmation of an app that the signed-in user may not see: it says nothing of the app. */
export function deviceNotForYouPage(core: PageCore, c: Context): Promise<Response> {
  const sheet = sheetOf(core, c)
  const { notForYou, notForYouMore } = sheet.says
  const body = html`<h1>${notForYou}</h1>
<p>${notForYouMore}</p>
<a class="button" href="${path}">${deviceTexts[sheet.language].ends.ended.again}</a>`
  return answerSheet(sheet, { title: notForYou, body, isError: true }, 404)
}

/** The last page of a device flow: `done` (the device goes on), `refused` by the user, or `ended` before it was decided. */
export function devicePage(
  core: PageCore,
  c: Context,
  kind: DeviceEnd,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const { title, text, again } = deviceTexts[languageOf(c)].ends[kind]
  const body = html`<h1>${title}</h1>
<p class="quiet">${text}</p>
${again ? html`<a class="button" href="${path}">${again}</a>` : ''}`
  return answerSheet(sheetOf(core, c), { title, body }, status)
}
