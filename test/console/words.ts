import type { Page } from 'playwright-core'

/** All that a page says: its title and texts, and what it says of things to those who point at them or listen. */
export const wordsOn = (page: Page): Promise<string[]> => page.evaluate(collect)

export const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text)

/** Whether a text has words that are neither Chinese nor one of the names, which are the same in every language. */
export function isForeign(text: string, names: readonly string[]): boolean {
  if (isChinese(text)) return false
  const longestFirst = names.toSorted((a, b) => b.length - a.length)
  const rest = longestFirst.reduce((some, name) => some.replaceAll(name, ''), text)
  return /[a-z]{3}/i.test(rest.replaceAll(/https?:\S*|[a-z]{3}_[0-9a-f]{32}/g, ''))
}

/** Runs in the page. */
function collect(): string[] {
  const spoken = ['aria-label', 'aria-description', 'aria-roledescription', 'alt', 'placeholder', 'title']
  const words = [document.title]
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Element)) {
      if (!node.parentElement?.closest('script, style, noscript, code, pre')) words.push(node.textContent ?? '')
    } else if (!node.closest('[aria-hidden=true]')) words.push(...spoken.map((name) => node.getAttribute(name) ?? ''))
  }
  return [...new Set(words.map((text) => text.trim()).filter(Boolean))]
}
