import { listensOnLoopback, namesLoopback } from './networks.ts'

/** Printed here, so good only where nobody else can reach the server. It keeps sealed keys readable over restarts. */
export const BUILT_IN_SECRET = 'gatehouse development secret, not for production'

/** What decides whether there is a built-in secret. */
export interface Exposure {
  readonly production: boolean
  readonly hasDatabaseUrl: boolean
  readonly host: string
  readonly publicUrl: URL
}

/** Why others may reach the server, as what follows "is required"; undefined where only this machine can. */
export function whyReachable({ production, hasDatabaseUrl, host, publicUrl }: Exposure): string | undefined {
  if (production) return 'in production'
  if (hasDatabaseUrl) return 'beside DATABASE_URL'
  if (!listensOnLoopback(host)) return 'where HOST is not a loopback address'
  if (!namesLoopback(publicUrl.hostname)) return 'where PUBLIC_URL is not on a loopback host'
  return undefined
}

/** In characters. */
const MIN_LENGTH = 32
/** 32 random hexadecimal digits have fewer different ones once in a million times. */
const MIN_DIFFERENT = 8

/** What is wrong with a secret, as what follows its name; undefined where nothing is. It says nothing of the secret. */
export function secretProblem(secret: string): string | undefined {
  if (secret === BUILT_IN_SECRET) return 'must not be the one that is printed in the source'
  if (!/^[\x20-\x7e]*$/.test(secret)) return 'must be one line of plain ASCII characters'
  // Several secrets, with commas between them, are to be what a rotation takes.
  if (secret.includes(',')) return 'must have no comma'
  if (secret.length < MIN_LENGTH) return `must have ${MIN_LENGTH} characters or more`
  if (new Set(secret).size < MIN_DIFFERENT || isRepetitive(secret)) {
    return 'must be random, such as what `openssl rand -hex 32` prints'
  }
  return undefined
}

/** Whether it is one shorter text over and over. */
function isRepetitive(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period++) {
    if (text.slice(period) === text.slice(0, -period)) return true
  }
  return false
}
