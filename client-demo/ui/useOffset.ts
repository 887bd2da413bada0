import { type RefObject, useLayoutEffect, useState } from 'react'

/**
 * How far below the top of the page an element begins, in pixels. It is looked up when what it stands in
 * changes its size, and not with every step of scrolling: that would lay out the whole page each time.
 */
export function useOffset(element: RefObject<HTMLElement | null>): number {
  const [offset, setOffset] = useState(0)
  useLayoutEffect(() => {
    const { current } = element
    if (!current?.parentElement) return
    const measure = () => setOffset(Math.round(current.getBoundingClientRect().top + window.scrollY))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(current.parentElement)
    return () => observer.disconnect()
  }, [element])
  return offset
}
