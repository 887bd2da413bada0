import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'

export const ALL = 'all'
export const standings = ['APP_AUTH_INSTALLED', 'OBO_INSTALLED', 'OBO_NOT_INSTALLED'] as const
export const types = ['WEB', 'PUBLIC', 'DEVICE', 'SERVICE'] as const

export type StandingChoice = (typeof standings)[number] | typeof ALL
type Type = (typeof types)[number]

/** In milliseconds: after so long without a key, it is looked for. */
const PAUSE = 250

/** What is looked for. It stands in the address, so that it can be passed on and come back to. */
export function useFilters() {
  const [params, setParams] = useSearchParams()
  const search = params.get('q') ?? ''
  const [typed, setTyped] = useState(search)
  const own = useRef(search)
  const put = (key: string, value: string) =>
    setParams(
      (current) => {
        if (value) current.set(key, value)
        else current.delete(key)
        return current
      },
      { replace: true, preventScrollReset: true },
    )
  const look = useDebouncedCallback((text: string) => {
    own.current = text.trim()
    put('q', own.current)
  }, PAUSE)
  // One that was not typed here: somebody went to the whole list, or back.
  useEffect(() => {
    if (search === own.current) return
    own.current = search
    look.cancel()
    setTyped(search)
  }, [search, look])
  const standing: StandingChoice = standings.find((one) => one === params.get('standing')) ?? ALL
  const type: Type | undefined = types.find((one) => one === params.get('type'))
  return {
    standing,
    type,
    search,
    typed,
    isFiltered: standing !== ALL || type !== undefined || search !== '',
    setStanding: (next: StandingChoice) => put('standing', next === ALL ? '' : next),
    setType: (next: string) => put('type', next),
    setTyped: (text: string) => {
      setTyped(text)
      look(text)
    },
    clear: () => {
      look.cancel()
      setTyped('')
      setParams({}, { replace: true, preventScrollReset: true })
    },
  }
}
