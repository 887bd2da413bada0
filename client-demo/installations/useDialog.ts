import { useState } from 'react'

interface Asking<What> {
  /** What the dialog is about, while there is one. */
  readonly what: What | undefined
  readonly open: (what: What) => void
  /** Closes it, and gives the focus to the element of this id; where it is gone, to the page. */
  readonly close: (elementId?: string) => void
}

/** A dialog that is there while it asks, and gives the focus back. */
export function useDialog<What>(): Asking<What> {
  const [what, setWhat] = useState<What>()
  return {
    what,
    open: setWhat,
    close: (elementId = 'content') => {
      setWhat(undefined)
      // After the dialog has gone, which keeps the focus while it is there.
      requestAnimationFrame(() => (document.getElementById(elementId) ?? document.getElementById('content'))?.focus())
    },
  }
}
