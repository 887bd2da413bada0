import { createContext, type ReactNode, use, useEffect } from 'react'
import { useQuery } from 'urql'
import { useViewerEvents } from '../api/LiveProvider.tsx'
import { problemOfError } from '../api/problem.ts'
import { goToSignIn } from '../api/sign-in.ts'
import { FullPage } from '../ui/FullPage.tsx'
import { ProblemState } from '../ui/ProblemState.tsx'
import { Waiting } from '../ui/Waiting.tsx'
import { type SignedIn, ViewerQuery } from './viewer.ts'

const Context = createContext<SignedIn | null>(null)

/** Finds out who is signed in; nobody is sent to sign in, and comes back here. */
export function ViewerProvider({ children }: { children: ReactNode }) {
  const [{ data, error }, read] = useQuery({ query: ViewerQuery })
  const isNobody = data?.viewer === null && !error
  useEffect(() => {
    if (isNobody) goToSignIn()
  }, [isNobody])

  if (data?.viewer) return <Identified viewer={data.viewer}>{children}</Identified>
  return (
    <FullPage>
      {error ? (
        <ProblemState problem={problemOfError(error)} onRetry={() => read({ requestPolicy: 'network-only' })} />
      ) : (
        <Waiting />
      )}
    </FullPage>
  )
}

function Identified({ viewer, children }: { viewer: SignedIn; children: ReactNode }) {
  useViewerEvents(viewer.feedCursor)
  return <Context value={viewer}>{children}</Context>
}

export function useViewer(): SignedIn {
  const viewer = use(Context)
  if (!viewer) throw new Error('There is no ViewerProvider above.')
  return viewer
}
