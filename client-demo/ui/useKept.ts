import { useRef } from 'react'

/** What was there last, while what comes after it is on its way: a list does not blink when it is filtered. */
export function useKept<T>(value: T | undefined): { readonly value: T | undefined; readonly isOld: boolean } {
  const last = useRef<T>(undefined)
  if (value !== undefined) last.current = value
  return { value: last.current, isOld: value === undefined && last.current !== undefined }
}
