import { Alert, Button } from '@mantine/core'
import type { Problem } from '../api/problem.ts'
import { useLanguage, useTexts } from '../i18n/LanguageProvider.tsx'
import { EmptyState } from './EmptyState.tsx'
import { AlertIcon } from './icons.tsx'
import { sayProblem } from './problem-texts.ts'
import { uiTexts } from './texts.ts'
import styles from './ui.module.css'

/** Stands in for something that could not be read. */
export function ProblemState({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  const { language } = useLanguage()
  const says = useTexts(uiTexts)
  return (
    <div role="alert">
      <EmptyState icon={<AlertIcon size={28} />} title={sayProblem(language, problem)}>
        <RequestId of={problem} />
        {/* What is not there will not be there the next time. */}
        {problem.code !== 'NOT_FOUND' && (
          <Button variant="default" onClick={onRetry}>
            {says.retry}
          </Button>
        )}
      </EmptyState>
    </div>
  )
}

/** Says why something that the viewer did had no effect, where they did it. */
export function ProblemAlert({ problem }: { problem: Problem | undefined }) {
  const { language } = useLanguage()
  if (!problem) return null
  return (
    <Alert color="red" variant="light" p="xs" role="alert" icon={<AlertIcon />}>
      {sayProblem(language, problem)}
      <RequestId of={problem} />
    </Alert>
  )
}

/** The id by which the operator of the server finds the problem in the log. */
function RequestId({ of: { requestId } }: { of: Problem }) {
  const says = useTexts(uiTexts)
  if (!requestId) return null
  return (
    <p className={styles.requestId}>
      {says.request} <code>{requestId}</code>
    </p>
  )
}
