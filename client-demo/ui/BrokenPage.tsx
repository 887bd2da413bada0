import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useRouteError } from 'react-router'
import { useLiveStatus } from '../api/LiveProvider.tsx'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { EmptyState } from './EmptyState.tsx'
import { AlertIcon } from './icons.tsx'
import { uiTexts } from './texts.ts'

/** The code of a page was not to be had: the server was not reached, or has another version by now. */
export class NotLoaded extends Error {}

/** What is shown instead of a page that failed: also one that was not to be had, after an upgrade of the server. */
export function BrokenPage() {
  const says = useTexts(uiTexts)
  const isNotLoaded = useRouteError() instanceof NotLoaded
  // What was there with the server in reach is broken by itself: to load it again and again helps nobody.
  const isAway = useLiveStatus() !== 'live' && isNotLoaded
  const title = isAway ? says.notLoaded : says.broken
  useEffect(() => {
    document.title = `${title} · Gatehouse`
  }, [title])
  const wasAway = useRef(false)
  useEffect(() => {
    // A module that failed once stays so until the whole page is loaded anew.
    if (wasAway.current && !isAway) void loadAnew()
    wasAway.current = isAway
  }, [isAway])
  return (
    <EmptyState icon={<AlertIcon size={28} />} title={title} order={1}>
      <p>{isAway ? says.notLoadedMore : says.brokenMore}</p>
      <Button variant="default" onClick={loadAnew}>
        {isAway ? says.retry : says.reload}
      </Button>
    </EmptyState>
  )
}

/** Where nobody answers, what is there stays: the browser has nothing better to show. */
async function loadAnew(): Promise<void> {
  const answer = await fetch(window.location.href, { method: 'HEAD' }).catch(() => undefined)
  if (answer) window.location.reload()
}
