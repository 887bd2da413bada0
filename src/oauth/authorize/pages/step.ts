import { html } from 'hono/html'
import type { Markup } from '../../../http/page.ts'
import { accountFact, type Fact, factList, hidden, postForm } from './parts.ts'
import type { Sheet } from './sheet.ts'
import type { Action, AuthorizationView, Choice, ScopeInWords, Step } from './steps.ts'

/** The sheet of an authorization, with what its steps share. */
export interface AuthorizationSheet extends Sheet {
  readonly view: AuthorizationView
}

/** A sheet with forms for one of the actions. */
export interface ActionSheet extends Sheet {
  readonly view: Pick<AuthorizationView, 'path' | 'viewer'>
}

/** What a step fills into the page. */
export interface StepContent {
  readonly title: string
  readonly body: Markup
}

/** The step of this name. */
export type At<Name extends Step['at']> = Extract<Step, { at: Name }>

/** A form for one of the actions. */
export const actionForm = (sheet: ActionSheet, action: Action, content: Markup): Markup =>
  postForm(sheet, sheet.view.path, html`${hidden('action', action)}${content}`)

/** What was on the page, so that nobody agrees to what has changed behind it. */
export const seen = (organization: Choice, scopes: readonly ScopeInWords[] = []): Markup =>
  html`${hidden('organization_id', organization.id)}${scopes.length > 0 ? seenScopes(scopes) : ''}`

export const seenScopes = (scopes: readonly ScopeInWords[]): Markup =>
  hidden('scope', scopes.map(({ name }) => name).join(' '))

/** A form that is nothing but its button. */
export const actionButton = (
  sheet: ActionSheet,
  action: Action,
  label: string,
  look: 'first' | 'second' | 'plain' = 'second',
  more: Markup | '' = '',
): Markup => actionForm(sheet, action, html`${more}<button class="${look}" type="submit">${label}</button>`)

/** What the request is about, last of it as whom one is signed in. */
export const facts = (sheet: ActionSheet, ...more: readonly Fact[]): Markup =>
  factList([
    ...more,
    accountFact(sheet, sheet.view.viewer, actionButton(sheet, 'switch', sheet.says.otherAccount, 'plain')),
  ])

/** Gives up: answers the app, or ends the request of the device. */
export const backButton = (sheet: AuthorizationSheet, look?: 'first' | 'second'): Markup => {
  const { says, view } = sheet
  return actionButton(sheet, 'refuse', view.device ? says.cancel : says.backTo(view.app.name), look)
}

/** The organization that it is about. */
export const organizationFact = (sheet: AuthorizationSheet, { name, edition }: Choice, hasOthers = false): Fact => [
  sheet.says.organization,
  html`${name} <span class="quiet">· ${sheet.says.editions[edition]}</span>${
    hasOthers ? actionButton(sheet, 'other', sheet.says.otherOrganization, 'plain') : ''
  }`,
]
