import { createContext, type ReactNode, use, useState } from 'react'
import { Provider } from 'urql'
import { LiveProvider } from './LiveProvider.tsx'
import { type Session, startSession } from './session.ts'

const Context = createContext<Session | null>(null)

/** Gives everything below it the client, and what keeps it live. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [session] = useState(startSession)
  return (
    <Context value={session}>
      <Provider value={session.client}>
        <LiveProvider value={session.live}>{children}</LiveProvider>
      </Provider>
    </Context>
  )
}

export function useSession(): Session {
  const session = use(Context)
  if (!session) throw new Error('There is no SessionProvider above.')
  return session
}
