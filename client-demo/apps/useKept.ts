import { useRef } from 'react'

/** The last of these values that was there. */
export function useKept<T>(value: T | undefined): T | undefined {
  const kept = useRef(value)
  if (value !== undefined) kept.current = value
  return kept.current
}
