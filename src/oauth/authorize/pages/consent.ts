import { html } from 'hono/html'
import type { Markup } from '../../../http/page.ts'
import { type Fact, originFacts, postForm, scopeList } from './parts.ts'
import {
  type At,
  type AuthorizationSheet,
  actionButton,
  facts,
  organizationFact,
  type StepContent,
  seen,
  seenScopes,
} from './step.ts'
import type { Choice } from './steps.ts'

/** The step on which the user decides. */
export function consentStep(sheet: AuthorizationSheet, step: At<'consent'>): StepContent {
  const { says, view } = sheet
  const { organization, scopes, withheld, choices, isKnown } = step
  const known = scopes.some(({ isNew }) => isNew) ? says.knownButMore : says.known
  const body = html`${isKnown ? html`<p>${known}</p>` : ''}
${scopeList(sheet, says.willBeAble, scopes, isKnown)}
${
  withheld.length > 0
    ? html`<h2>${says.withheld}</h2>
<p class="quiet small">${says.withheldMore(organization.name)}</p>
<ul class="left-out">${withheld.map(({ name, description }) => html`<li>${description[sheet.language]} <code>${name}</code></li>`)}</ul>`
    : ''
}
${facts(
  sheet,
  organizationChoice(sheet, organization, choices),
  ...(view.returnsTo === null ? [] : [[says.returnsTo, view.returnsTo] as const]),
  ...(view.device
    ? [[says.code, html`<code>${view.device.userCode}</code>`] as const, ...originFacts(sheet, view.device)]
    : []),
)}
${view.device ? html`<p class="note">${says.onlyIfYou}</p>` : ''}
${decisionForm(sheet, step)}
${actionButton(sheet, 'refuse', says.cancel)}`
  return { title: says.consent(view.app.name), body }
}

/** The organization, and a way to change it where there are others. */
function organizationChoice(sheet: AuthorizationSheet, current: Choice, choices: readonly Choice[]): Fact {
  const { says } = sheet
  const inWords = ({ name, edition }: Choice) => `${name} (${says.editions[edition]})`
  if (choices.length < 2) return organizationFact(sheet, current)
  const options = choices.map(
    (choice) =>
      html`<option value="${choice.id}"${choice.id === current.id ? html` selected` : ''}>${inWords(choice)}</option>`,
  )
  return [
    html`<label for="organization">${says.organization}</label>`,
    html`<span class="pick"><select id="organization" name="organization_id" form="decision" autocomplete="off">${options}</select><button class="second" type="submit" name="action" value="choose" form="decision">${says.change}</button></span>`,
  ]
}

/**
 * The form to allow it with. The choice of the organization is part of it, so that what is chosen there
 * is known to the server also where nobody has pressed `Change`.
 */
function decisionForm(sheet: AuthorizationSheet, { organization, scopes, choices }: At<'consent'>): Markup {
  const content = html`${choices.length < 2 ? seen(organization) : ''}${seenScopes(scopes)}
<button type="submit" name="action" value="grant">${sheet.says.allow}</button>`
  return postForm(sheet, sheet.view.path, content, 'decision')
}
