/** Where the focus may be given to: an element, and what stands around it, from the inside out. */
export function placesFrom(element: Element | null | undefined): HTMLElement[] {
  const next = element?.closest<HTMLElement>('[tabindex], button, a, input, select, textarea')
  return next ? [next, ...placesFrom(next.parentElement)] : []
}

/** Gives the focus to the first of these that is still there; else to the page. */
export function giveFocusTo(places: readonly HTMLElement[]): void {
  const place = places.find((one) => one.isConnected && !one.matches(':disabled'))
  const target = place ?? document.getElementById('content')
  target?.focus({ preventScroll: true })
}

/**
 * An element that goes or is disabled while it has the focus, such as the row of a revoked grant, passes the focus
 * to the section around it, or at last to the page. A busy element gets the focus back. Without this the focus falls
 * to the top of the document, where a user of the keyboard or of a screen reader has to begin anew.
 */
export function keepFocus(): void {
  let last: Element | undefined
  let places: HTMLElement[] = []
  let isBusy = false
  document.addEventListener('focusin', ({ target }) => {
    last = target as Element
    places = placesFrom(last)
    isBusy = false
  })
  // Who points at nothing means nothing to have it.
  document.addEventListener('pointerdown', ({ target }) => {
    if (!last?.contains(target as Element)) last = undefined
  })
  const look = () => {
    const { activeElement, body } = document
    if (!last || (activeElement !== body && activeElement !== last)) return
    const isUseless = !last.isConnected || last.matches(':disabled')
    if (isUseless && last.isConnected && last.matches('[data-loading]')) isBusy = true
    else if (isUseless || isBusy) giveFocusTo(places)
  }
  const observer = new MutationObserver(look)
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] })
}
