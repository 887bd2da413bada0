import { html } from 'hono/html'
import type { Markup } from '../../../http/page.ts'
import { ago, locales, moment, scopeList } from './parts.ts'
import {
  type At,
  type AuthorizationSheet,
  actionButton,
  actionForm,
  backButton,
  facts,
  organizationFact,
  type StepContent,
  seen,
} from './step.ts'

/**
 * Seconds after which the page of a waiting request looks again: soon while an admin may be at it, and
 * less often once that takes longer.
 */
const REFRESH_AFTER = { first: 3, later: 15 }
const LATER = 5 * 60_000

/** What `AuthorizationView` brings along at most. */
const NAMED_ADMINS = 5

/** The step on which an approval is asked for, or given by an admin. */
export function askStep(sheet: AuthorizationSheet, step: At<'ask'>): StepContent {
  const { says, view } = sheet
  const { organization, scopes, approved, mayInstall } = step
  const isPartial = approved.length > 0
  const names = [view.app.name, organization.name] as const
  const [title, lead] = mayInstall
    ? [isPartial ? says.approveMore(...names) : says.install(...names), says.installMore(organization.name)]
    : isPartial
      ? [says.wantsMore(...names), says.wantsMoreMore]
      : [says.notInstalled(...names), says.notInstalledMore]
  const body = html`<p>${lead}</p>
${scopeList(sheet, says.askFor, scopes)}
${scopeList(sheet, says.approved, approved)}
${facts(sheet, organizationFact(sheet, organization, step.hasOthers))}
${
  mayInstall
    ? actionButton(
        sheet,
        'install',
        isPartial ? says.approveButton : says.installButton,
        'first',
        seen(organization, scopes),
      )
    : askForm(sheet, step)
}
${isPartial ? actionButton(sheet, 'go-on', says.goOnWithout, 'second', seen(organization)) : ''}
${actionButton(sheet, 'refuse', says.cancel)}`
  return { title, body }
}

function askForm(sheet: AuthorizationSheet, { organization, scopes, reason = '' }: At<'ask'>): Markup {
  const { says, view } = sheet
  const described = view.problem ? html` aria-describedby="error"` : ''
  const wrong = view.problem?.startsWith('reason-') ? html` aria-invalid="true"` : ''
  return actionForm(
    sheet,
    'ask',
    html`${seen(organization, scopes)}<label for="reason">${says.reasonLabel}</label>
<textarea id="reason" name="reason" rows="3" maxlength="1000"${described}${wrong}>${reason}</textarea>
<button type="submit">${says.askAdmin}</button>`,
  )
}

/** The step on which a request waits: the page looks again by itself, unless it was asked not to. */
export function waitStep(sheet: AuthorizationSheet, step: At<'wait'>): StepContent {
  const { c, says, view } = sheet
  const { organization, scopes, askedAt, reason, admins, approved } = step
  const refreshes = c.req.query('refresh') !== 'off'
  const isLate = sheet.core.clock.now().getTime() - askedAt.getTime() > LATER
  const seconds = REFRESH_AFTER[isLate ? 'later' : 'first']
  if (refreshes) c.header('refresh', `${seconds}; url=${view.path}`)
  const body = html`<p role="status">${says.mustAgree(whoCanAgree(sheet, admins))}</p>
<p class="quiet small">${
    refreshes
      ? html`${says.refreshes(seconds)} <a href="${withoutRefresh(view.path)}">${says.stopRefreshing}</a>`
      : html`${says.refreshesNot} <a href="${view.path}">${says.lookNow}</a>`
  }</p>
${scopeList(sheet, says.yourRequest, scopes)}
${scopeList(sheet, says.approved, approved)}
${facts(
  sheet,
  organizationFact(sheet, organization, step.hasOthers),
  [says.asked, ago(sheet, askedAt)],
  ...(reason === null ? [] : [[says.reason, reason] as const]),
)}
${approved.length > 0 ? actionButton(sheet, 'go-on', says.goOnWithout, 'first', seen(organization)) : ''}
${actionButton(sheet, 'withdraw', says.withdraw, 'second', seen(organization))}`
  return { title: says.waiting(organization.name), body }
}

const withoutRefresh = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}refresh=off`

function whoCanAgree({ language, says }: AuthorizationSheet, admins: readonly string[]): string {
  if (admins.length === 0) return says.anAdmin
  const names = admins.length < NAMED_ADMINS ? admins : [...admins, says.anotherAdmin]
  return new Intl.ListFormat(locales[language], { type: 'disjunction' }).format(names)
}

/** The step of somebody whose organization has said no. */
export function deniedStep(sheet: AuthorizationSheet, step: At<'denied'>): StepContent {
  const { says, view } = sheet
  const { organization, reason, deniedUntil, hasOthers } = step
  const body = html`<p>${says.deniedMore}</p>
${facts(
  sheet,
  [says.reason, reason ?? html`<span class="quiet">${says.noReason}</span>`],
  [says.until, moment(sheet, deniedUntil)],
  organizationFact(sheet, organization),
)}
${backButton(sheet, 'first')}
${hasOthers ? actionButton(sheet, 'other', says.otherOrganization) : ''}`
  return { title: says.denied(view.app.name, organization.name), body }
}
