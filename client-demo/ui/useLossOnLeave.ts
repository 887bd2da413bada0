import { useEffect } from 'react'

/** What is lost where the page is left: edits that nobody saved, or a secret that is shown only once. */
export type Loss = 'edits' | 'secret'

const losses = new Set<{ readonly loss: Loss }>()

/** What would be lost now: of several things the one that cannot be had again. */
export function lossNow(): Loss | undefined {
  const all = [...losses].map(({ loss }) => loss)
  return all.includes('secret') ? 'secret' : all[0]
}

/** Has the viewer asked before they leave the page, for as long as there is something to lose. */
export function useLossOnLeave(loss: Loss | undefined): void {
  useEffect(() => {
    if (!loss) return
    const entry = { loss }
    losses.add(entry)
    return () => void losses.delete(entry)
  }, [loss])
}
