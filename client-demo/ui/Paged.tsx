import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Paging } from '../api/usePages.ts'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { ProblemAlert, ProblemState } from './ProblemState.tsx'
import { uiTexts } from './texts.ts'
import styles from './ui.module.css'
import { Waiting } from './Waiting.tsx'

interface PagedProps<Node> {
  readonly of: Pick<Paging<Node>, 'nodes' | 'problem' | 'retry'>
  /** What stands there where there is nothing to list. */
  readonly empty: ReactNode
  readonly children: (nodes: readonly Node[]) => ReactNode
}

/** A list that is read page by page, or why there is none. */
export function Paged<Node>({ of: { nodes, problem, retry }, empty, children }: PagedProps<Node>) {
  if (problem) return <ProblemState problem={problem} onRetry={retry} />
  if (nodes === undefined) return <Waiting />
  return nodes.length === 0 ? empty : children(nodes)
}

interface MoreProblemProps {
  readonly of: Pick<Paging<unknown>, 'moreProblem' | 'retry'>
}

/** Below a list that could not be read on. */
export function MoreProblem({ of: { moreProblem, retry } }: MoreProblemProps) {
  const says = useTexts(uiTexts)
  return (
    <>
      <ProblemAlert problem={moreProblem} />
      <Button variant="default" className={styles.more} onClick={retry}>
        {says.retry}
      </Button>
    </>
  )
}

interface ShowMoreProps extends MoreProblemProps {
  readonly of: Pick<Paging<unknown>, 'hasMore' | 'loadingMore' | 'loadMore' | 'moreProblem' | 'retry'>
}

/** Below a list that does not read on by itself. */
export function ShowMore({ of }: ShowMoreProps) {
  const says = useTexts(uiTexts)
  const { hasMore, loadingMore, loadMore, moreProblem } = of
  if (!hasMore) return null
  if (moreProblem) return <MoreProblem of={of} />
  return (
    <Button variant="default" className={styles.more} onClick={loadMore} loading={loadingMore}>
      {says.showMore}
    </Button>
  )
}
