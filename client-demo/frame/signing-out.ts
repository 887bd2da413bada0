import { useSyncExternalStore } from 'react'
import { graphql } from '../api/graphql.ts'
import { useAction } from '../api/useAction.ts'

const SignOut = graphql(`
  mutation SignOut($input: SignOutInput!) {
    signOut(input: $input) {
      __typename
      ... on SignOutSuccess { endedSessions }
      ... on Error { code message }
    }
  }
`)

let isOut = false
const listeners = new Set<() => void>()

function setOut(): void {
  isOut = true
  for (const tell of listeners) tell()
}

const onChange = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Ends the session, for good: what comes after is a new page. */
export function useSigningOut() {
  const { busy, problem, run, forget } = useAction(SignOut)
  const out = useSyncExternalStore(onChange, () => isOut)
  const signOut = async () => {
    const { success } = await run({})
    if (success) setOut()
  }
  return { isOut: out, busy, problem, signOut, forget }
}
