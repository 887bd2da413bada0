import { Button, Menu } from '@mantine/core'
import { CombinedError } from '@urql/core'
import { useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import { type Problem, problemOfQuery } from '../api/problem.ts'
import { useLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { useOrganization } from '../organizations/OrganizationProvider.tsx'
import { download } from '../ui/download.ts'
import { ChevronIcon } from '../ui/icons.tsx'
import { ProblemAlert } from '../ui/ProblemState.tsx'
import { type Format, mediaTypes, readAll, toCsv, toNdjson } from './export.ts'
import type { Selection } from './feed.ts'
import styles from './history.module.css'
import { historyTexts } from './texts.ts'

/** Takes what the filters select along as a file. */
export function ExportMenu({ selection }: { selection: Selection }) {
  const says = useTexts(historyTexts)
  const { language } = useLanguage()
  const { organization } = useOrganization().membership
  const client = useClient()
  const [count, setCount] = useState<number>()
  const [problem, setProblem] = useState<Problem>()
  const under = useRef<AbortController>(null)
  useEffect(() => () => under.current?.abort(), [])

  const take = async (format: Format) => {
    const stopping = new AbortController()
    under.current = stopping
    setProblem(undefined)
    setCount(0)
    try {
      const events = await readAll(client, selection, stopping.signal, setCount)
      const name = `${organization.name} ${says.title} ${new Date().toISOString().slice(0, 10)}`
      const content = format === 'csv' ? toCsv(events, language) : toNdjson(events)
      download(`${name}.${format}`, content, mediaTypes[format])
    } catch (error) {
      if (stopping.signal.aborted) return
      const failed: Problem = { code: 'EXPORT_FAILED', message: says.exportFailed, issues: {}, details: {} }
      setProblem(error instanceof CombinedError ? problemOfQuery(error) : failed)
      // A defect of the console: the browser's console tells which.
      if (!(error instanceof CombinedError)) throw error
    } finally {
      setCount(undefined)
    }
  }

  if (count !== undefined) {
    return (
      <Button variant="default" onClick={() => under.current?.abort()}>
        {says.exporting(count)}
      </Button>
    )
  }
  return (
    <div className={styles.export}>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default" rightSection={<ChevronIcon size={14} />}>
            {says.export}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {(['csv', 'ndjson'] as const).map((format) => (
            <Menu.Item key={format} onClick={() => void take(format)}>
              {says.exportAs[format]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ProblemAlert problem={problem} />
    </div>
  )
}
