import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { askStep, deniedStep, waitStep } from './approval.ts'
import { consentStep } from './consent.ts'
import { alert, appHead } from './parts.ts'
import { answerSheet, type PageCore, sheetOf } from './sheet.ts'
import {
  type At,
  type AuthorizationSheet,
  actionButton,
  actionForm,
  backButton,
  facts,
  type StepContent,
} from './step.ts'
import type { AuthorizationView, Step } from './steps.ts'

/** The page of an authorization request: what stands between it and its answer. */
export function authorizationPage(
  core: PageCore,
  c: Context,
  view: AuthorizationView,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const sheet = { ...sheetOf(core, c), view }
  const { title, body } = stepOf(sheet, view.step)
  return answerSheet(
    sheet,
    {
      title,
      body: html`${appHead(sheet, view.app, title)}
${alert(view.problem && sheet.says.problems[view.problem])}
${body}`,
      app: view.app,
      leadsToApp: !view.device,
      isError: view.problem !== undefined,
    },
    status,
  )
}

/** Shown instead of the page of an app that the signed-in user may not see: it says nothing of the app. */
export function notForYouPage(
  core: PageCore,
  c: Context,
  view: Pick<AuthorizationView, 'path' | 'viewer'>,
): Promise<Response> {
  const sheet = { ...sheetOf(core, c), view }
  const { says } = sheet
  const body = html`<h1>${says.notForYou}</h1>
<p>${says.notForYouMore}</p>
${facts(sheet)}
${actionButton(sheet, 'refuse', says.cancel, 'first')}`
  return answerSheet(sheet, { title: says.notForYou, body, leadsToApp: true, isError: true }, 404)
}

function stepOf(sheet: AuthorizationSheet, step: Step): StepContent {
  switch (step.at) {
    case 'organization':
      return organizationStep(sheet, step)
    case 'ask':
      return askStep(sheet, step)
    case 'wait':
      return waitStep(sheet, step)
    case 'denied':
      return deniedStep(sheet, step)
    case 'consent':
      return consentStep(sheet, step)
    case 'unavailable':
      return unavailableStep(sheet, step)
  }
}

function organizationStep(sheet: AuthorizationSheet, { choices }: At<'organization'>): StepContent {
  const { says, view } = sheet
  const rows = choices.map(
    ({ id, name, edition }) =>
      html`<li><button type="submit" name="organization_id" value="${id}"><span>${name}</span> <small>${says.editions[edition]}</small></button></li>
`,
  )
  const body = html`<p>${says.chooseMore}</p>
${actionForm(sheet, 'choose', html`<ul class="rows">${rows}</ul>`)}
${facts(sheet)}
${actionButton(sheet, 'refuse', says.cancel)}`
  return { title: says.choose(view.app.name), body }
}

function unavailableStep(sheet: AuthorizationSheet, { why }: At<'unavailable'>): StepContent {
  const { says, view } = sheet
  const body = html`<p>${says.unavailableMore[why]}</p>
${facts(sheet)}
${backButton(sheet, 'first')}`
  return { title: says.unavailable[why](view.app.name), body }
}
