let leaving = false

/** Leaves for the sign-in page, which leads back to where the viewer is now. */
export function goToSignIn(): void {
  if (leaving) return
  leaving = true
  window.location.assign(`/sign-in?return_to=${returnTo()}`)
}

/** The same page for who is signed in and is to prove once more that it is them. */
export const signInAgainPath = (): string => `/sign-in?again=1&return_to=${returnTo()}`

function returnTo(): string {
  const { pathname, search, hash } = window.location
  return encodeURIComponent(pathname + search + hash)
}

/** Leaves for another page of the server because there is nobody any more who could come back. */
export function leaveFor(path: string): void {
  leaving = true
  window.location.replace(path)
}
