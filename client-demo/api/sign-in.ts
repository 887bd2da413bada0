let leaving = false

/** Leaves for the sign-in page, which leads back to where the viewer is now. */
export function goToSignIn(): void {
  if (leaving) return
  leaving = true
  const { pathname, search, hash } = window.location
  window.location.assign(`/sign-in?return_to=${encodeURIComponent(pathname + search + hash)}`)
}

/** Leaves for another page of the server because there is nobody any more who could come back. */
export function leaveFor(path: string): void {
  leaving = true
  window.location.replace(path)
}
