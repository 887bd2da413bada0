import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Markup } from '../../../http/page.ts'
import { logoutTexts } from './logout-texts.ts'
import { accountFact, alert, type Fact, factList, hidden, postForm } from './parts.ts'
import { answerSheet, type PageCore, type Sheet, sheetOf } from './sheet.ts'

export type LogoutProblem = 'stale' | 'changed'

export interface LogoutView {
  /** Of the page itself, with all that the app said: its form posts there. */
  readonly path: string
  readonly app: { readonly name: string; readonly publisher: string } | undefined
  /** Where the user goes next. */
  readonly target: string | undefined
  /** Null where nobody is signed in. */
  readonly viewer: {
    readonly id: string
    readonly name: string
    readonly email: string | null
    /** Whether it is whom the app means. */
    readonly isMeant: boolean
  } | null
  readonly problem?: LogoutProblem | undefined
}

/** Asks whether to sign out; where nobody is signed in, it says so, and leads on to the app. */
export function logoutPage(core: PageCore, c: Context, view: LogoutView): Promise<Response> {
  const sheet = sheetOf(core, c)
  const { title, body } = view.viewer ? question(sheet, view, view.viewer) : signedOut(sheet, view)
  const { problem, target } = view
  const content = html`<h1>${title}</h1>
${alert(problem && sheet.says.problems[problem])}
${body}`
  return answerSheet(
    sheet,
    { title, body: content, isError: problem !== undefined, leadsToApp: target !== undefined },
    problem === 'stale' ? 403 : problem ? 409 : 200,
  )
}

type Content = { readonly title: string; readonly body: Markup }

function question(sheet: Sheet, view: LogoutView, viewer: NonNullable<LogoutView['viewer']>): Content {
  const says = logoutTexts[sheet.language]
  const { app, target, path } = view
  const body = html`${app ? html`<p class="quiet">${sheet.says.publishedBy(app.publisher)}</p>` : ''}
<p>${says.askMore}</p>
${viewer.isMeant || !app ? '' : html`<p class="note">${says.otherAccount(app.name)}</p>`}
${factList([accountFact(sheet, viewer), ...whereTo(sheet, target)])}
${postForm(sheet, path, html`${hidden('user', viewer.id)}<button type="submit">${says.signOut}</button>`)}
<a class="button second" href="/">${says.stay}</a>`
  return { title: app ? says.askFor(app.name) : says.ask, body }
}

function signedOut(sheet: Sheet, { app, target, path }: LogoutView): Content {
  const says = logoutTexts[sheet.language]
  const body = html`<p class="quiet">${says.doneMore}</p>
${
  app && target
    ? html`<p>${app.name} <span class="quiet">· ${sheet.says.publishedBy(app.publisher)}</span></p>
${postForm(sheet, path, html`<button type="submit">${says.goOn(placeOf(target))}</button>`)}`
    : html`<p><a href="/">${says.home}</a></p>`
}`
  return { title: says.done, body }
}

const whereTo = ({ language }: Sheet, target: string | undefined): Fact[] =>
  target === undefined ? [] : [[logoutTexts[language].goesTo, placeOf(target)]]

/** A host, or the scheme of an app on the device. */
export function placeOf(uri: string): string {
  const { protocol, host } = new URL(uri)
  return /^https?:$/.test(protocol) ? host : protocol
}
