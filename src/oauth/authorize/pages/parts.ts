import { html } from 'hono/html'
import { FORM_TOKEN, formToken } from '../../../http/form-token.ts'
import type { Language } from '../../../http/language.ts'
import type { Markup } from '../../../http/page.ts'
import { mixesScripts } from '../../../names.ts'
import { logoOf, type Sheet } from './sheet.ts'
import type { AppCard, AuthorizationView, DeviceOrigin, ScopeInWords } from './steps.ts'
import type { Texts } from './texts.ts'

export const hidden = (name: string, value: string): Markup =>
  html`<input type="hidden" name="${name}" value="${value}">
`

/** A form with the token that makes it ours. */
export const postForm = ({ core, c }: Sheet, path: string, content: Markup, id?: string): Markup =>
  html`<form method="post" action="${path}"${id ? html` id="${id}"` : ''}>
${hidden(FORM_TOKEN, formToken(core.config, c))}${content}
</form>`

/** The top of a page about an app: whose it is, and what the page is for. */
export const appHead = ({ says }: Sheet, app: AppCard, title: string): Markup => {
  const logo = logoOf(app)
  const homepage = app.homepageUrl === null ? null : URL.parse(app.homepageUrl)
  return html`<div class="logo" aria-hidden="true">${
    logo ? html`<img src="${logo.href}" alt="" referrerpolicy="no-referrer">` : ([...app.name.trim()][0] ?? '')
  }</div>
<h1>${title}</h1>
<p class="quiet">${says.publishedBy(app.publisher)}${
    homepage?.protocol === 'https:'
      ? html`<br><a href="${homepage.href}" target="_blank" rel="noreferrer nofollow">${homepage.host}</a>`
      : ''
  }</p>
${nameNotes(says, app)}`
}

/** What is to be known of the names of an app and its publisher before one trusts them. */
const nameNotes = (says: Texts, { name, publisher, readsLike }: AppCard): Markup | '' => {
  const mixed = [name, publisher].filter(mixesScripts)
  const notes = [
    ...(readsLike === null ? [] : [says.namesake(readsLike)]),
    ...[...new Set(mixed)].map((text) => says.mixedScripts(text)),
  ]
  return notes.length === 0 ? '' : html`<p class="note">${notes.join(' ')}</p>`
}

export const alert = (text: string | undefined): Markup | '' =>
  text === undefined ? '' : html`<p class="error" role="alert" id="error">${text}</p>`

/** A section that says what scopes mean; empty where there are none. */
export function scopeList(
  { language, says }: Sheet,
  heading: string,
  scopes: readonly ScopeInWords[],
  marksNew = false,
): Markup | '' {
  if (scopes.length === 0) return ''
  return html`<h2>${heading}</h2>
<ul class="scopes">
${scopes.map(
  ({ name, description, sensitive, isNew }) => html`<li>${description[language]}${
    sensitive ? html` <span class="badge warn">${says.sensitive}</span>` : ''
  }${marksNew && isNew ? html` <span class="badge">${says.isNew}</span>` : ''} <code>${name}</code></li>
`,
)}</ul>`
}

/** What a fact is about, and what it is. */
export type Fact = readonly [label: unknown, value: unknown]

export const factList = (facts: readonly Fact[]): Markup =>
  html`<dl class="facts">
${facts.map(
  ([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>
`,
)}</dl>`

/** As whom one is signed in. */
export const accountFact = ({ says }: Sheet, { name, email }: AuthorizationView['viewer'], more?: Markup): Fact => [
  says.account,
  html`${name}${email === null ? '' : html` <span class="quiet">${email}</span>`}${more}`,
]

/** Where a device asked from. */
export const originFacts = (
  sheet: Sheet,
  { address, userAgent, askedAt }: Omit<DeviceOrigin, 'userCode'>,
): readonly Fact[] => [
  [sheet.says.asked, ago(sheet, askedAt)],
  [sheet.says.askedFrom, address ?? sheet.says.unknown],
  [sheet.says.device, userAgent?.slice(0, 300) || sheet.says.unknown],
]

/** How long ago something was; a reader who points at it sees the exact time. */
export function ago({ core, language }: Sheet, time: Date): Markup {
  const seconds = Math.max(0, (core.clock.now().getTime() - time.getTime()) / 1000)
  const [size, unit] = units.find(([size]) => seconds >= size) ?? ([1, 'second'] as const)
  const words = new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' })
  // Seconds would be past by the time that they are read.
  const count = unit === 'second' ? 0 : -Math.floor(seconds / size)
  return html`<time datetime="${time.toISOString()}" title="${inFull(language, time)}">${words.format(count, unit)}</time>`
}

const units = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
] as const

/** A moment in words. In UTC, because the server does not know where the person is. */
export const moment = ({ language }: Sheet, time: Date): Markup =>
  html`<time datetime="${time.toISOString()}">${inFull(language, time)}</time>`

const inFull = (language: Language, time: Date): string =>
  `${new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(time)} UTC`

export const locales: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' }
