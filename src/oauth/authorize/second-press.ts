import type { Core } from '../../core.ts'
import { findAnswered, isRecentAnswer } from '../storage/records.ts'
import { bindingOf } from './authorizations.ts'

/** An authorization that was answered already. */
export interface Answered {
  /** What was decided; null where nothing had to be. */
  readonly action: 'grant' | 'refuse' | null
  /** For a device: the hash of its device code. */
  readonly deviceHash: string | undefined
  /** Whether the answer can still be on its way; then the browser that comes for it at `returnTo` gets it again. */
  readonly isRecent: boolean
  /** A path. */
  readonly returnTo: string
  readonly parked: Parked
}

/** What the engine keeps of an authorization. */
interface Parked {
  readonly params: Readonly<Record<string, unknown>>
  readonly returnTo: string
  readonly deviceCode?: string
  readonly cid?: string
  readonly result?: { readonly consent?: object; readonly error?: string }
}

/**
 * People press twice: browsers then throw the answer to the first press away, and the app never sees its user. So a user
 * who decides the same again while a code would be good is answered again, with a code of its own.
 */
export async function findAnsweredHere(
  core: Core,
  uid: string,
  browser: { readonly cookieUid: string | undefined; readonly formToken: string | undefined },
): Promise<Answered | undefined> {
  const found = await findAnswered(core, uid)
  if (!found) return undefined
  const parked = found.payload as typeof found.payload & Parked
  const { deviceCode, cid, result } = parked
  const isOurs = deviceCode
    ? browser.formToken !== undefined && cid === bindingOf(browser.formToken)
    : browser.cookieUid === uid
  if (!isOurs) return undefined
  return {
    action: result?.error ? 'refuse' : result?.consent ? 'grant' : null,
    deviceHash: deviceCode,
    isRecent: isRecentAnswer(core, found.at),
    returnTo: new URL(parked.returnTo).pathname,
    parked,
  }
}
