/** A language that the console speaks. */
export type Language = 'en' | 'zh'

/** The same texts in every language. Each noun has its own, in its `texts.ts`. */
export type Texts<T> = Readonly<Record<Language, T>>

export const languages: Texts<string> = { en: 'English', zh: '中文' }

const KEY = 'gatehouse.language'

const isLanguage = (text: string | null | undefined): text is Language => text === 'en' || text === 'zh'

/** What was chosen here before; else the first of the browser's languages that the console speaks. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(KEY)
  if (isLanguage(chosen)) return chosen
  return navigator.languages.map((tag) => tag.toLowerCase().split('-')[0]).find(isLanguage) ?? 'en'
}

export const rememberLanguage = (language: Language): void => localStorage.setItem(KEY, language)
