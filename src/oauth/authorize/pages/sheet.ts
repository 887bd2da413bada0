import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Core } from '../../../core.ts'
import { type Language, languageOf } from '../../../http/language.ts'
import { answerPage, isSource, type Markup } from '../../../http/page.ts'
import type { AppCard } from './steps.ts'
import { type Texts, texts } from './texts.ts'

/** What the pages need of the core. */
export type PageCore = Pick<Core, 'config' | 'clock'>

/** What every part of a page is handed. */
export interface Sheet {
  readonly core: PageCore
  readonly c: Context
  readonly language: Language
  readonly says: Texts
}

export function sheetOf(core: PageCore, c: Context): Sheet {
  const language = languageOf(c)
  return { core, c, language, says: texts[language] }
}

interface Content {
  readonly title: string
  readonly body: Markup
  /** The app whose logo it shows. */
  readonly app?: AppCard
  readonly leadsToApp?: boolean
  /** Whether it says that something went wrong. */
  readonly isError?: boolean
}

/** Answers with a page of the OAuth side. */
export async function answerSheet(
  { c, language, says }: Sheet,
  { title, body, app, leadsToApp = false, isError = false }: Content,
  status: ContentfulStatusCode,
): Promise<Response> {
  const logo = app && logoOf(app)
  return answerPage(
    c,
    {
      language,
      title: isError ? `${says.error}: ${title}` : title,
      body,
      wide: true,
      leadsToApp,
      images: logo ? [logo.origin] : [],
    },
    status,
  )
}

/** Where the logo of an app is; undefined where it has none that a policy can allow. */
export function logoOf({ logoUrl }: Pick<AppCard, 'logoUrl'>): URL | undefined {
  const url = logoUrl === null ? null : URL.parse(logoUrl)
  return url?.protocol === 'https:' && isSource(url.origin) ? url : undefined
}
