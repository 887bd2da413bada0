import { useSyncExternalStore } from 'react'
import { useLanguage } from '../i18n/LanguageProvider.tsx'
import { sayAgo, sayTime } from './times.ts'

/** A moment, relative to now; the exact time is in its title. */
export function Ago({ at }: { at: string }) {
  const { language } = useLanguage()
  const now = useSyncExternalStore(onTick, currentTick)
  const date = new Date(at)
  return (
    <time dateTime={at} title={sayTime(language, date)}>
      {sayAgo(language, date, now)}
    </time>
  )
}

/** One timer for all of them, which runs while there are any. In milliseconds. */
const TICK = 20_000
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let tick = Date.now()

const currentTick = () => tick

function onTick(listener: () => void): () => void {
  if (listeners.size === 0) {
    tick = Date.now()
    timer = setInterval(() => {
      tick = Date.now()
      for (const tell of listeners) tell()
    }, TICK)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}
