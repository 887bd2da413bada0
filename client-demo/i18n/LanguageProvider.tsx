import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react'
import { type Language, preferredLanguage, rememberLanguage, type Texts } from './language.ts'

interface Speaking {
  readonly language: Language
  readonly speak: (language: Language) => void
}

const Context = createContext<Speaking>({ language: 'en', speak: () => {} })

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(preferredLanguage)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const speaking = useMemo(() => {
    const speak = (next: Language) => {
      rememberLanguage(next)
      setLanguage(next)
    }
    return { language, speak }
  }, [language])
  return <Context value={speaking}>{children}</Context>
}

export const useLanguage = (): Speaking => use(Context)

/** These texts in the language of the viewer. */
export const useTexts = <T,>(texts: Texts<T>): T => texts[use(Context).language]

/** The language as the API names it: for the descriptions of scopes. */
export const useApiLanguage = (): 'EN' | 'ZH' => (use(Context).language === 'zh' ? 'ZH' : 'EN')
