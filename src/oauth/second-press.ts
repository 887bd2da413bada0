import type { Provider } from 'oidc-provider'
import type { Core } from '../core.ts'
import { newId } from '../ids.ts'
import { bindingOf } from './authorizations.ts'
import { engineGrantId, readEngineGrantId } from './ids.ts'
import { findAnswered, reopen } from './records.ts'

/** The result with which an authorization was answered, as the engine keeps it. */
interface Result {
  readonly login?: object
  readonly consent?: { readonly grantId: string }
  readonly error?: string
}

/** An authorization that was answered already. */
export interface Answered {
  /** What was decided; null where nothing had to be. */
  readonly action: 'grant' | 'refuse' | null
  /** For a device: the hash of its device code. */
  readonly deviceHash: string | undefined
  /** Whether the answer can still be on its way: a code is good for no longer. */
  readonly isRecent: boolean
  /** Lets it be answered once more. */
  reopen(): Promise<void>
}

/**
 * People press twice: browsers then throw the answer to the first press away, and the app never sees its user. So whoever
 * decides the same again while a code would be good is answered again, with a code of its own.
 */
export async function findAnsweredHere(
  core: Core,
  uid: string,
  browser: { readonly cookieUid: string | undefined; readonly formToken: string | undefined },
): Promise<Answered | undefined> {
  const found = await findAnswered(core, uid)
  if (!found) return undefined
  const { deviceCode, cid, result } = found.payload as typeof found.payload & { deviceCode?: string; cid?: string }
  const isOurs = deviceCode
    ? browser.formToken !== undefined && cid === bindingOf(browser.formToken)
    : browser.cookieUid === uid
  if (!isOurs) return undefined
  const { consent, error } = (result ?? {}) as Result
  return {
    action: error ? 'refuse' : consent ? 'grant' : null,
    deviceHash: deviceCode,
    isRecent: core.clock.now().getTime() - found.at.getTime() < core.config.durations.authorizationCode,
    reopen: () => reopen(core, uid, found.payload),
  }
}

/**
 * Lets the engine answer once more where two answers were on their way at once: the second finds that the first has ended
 * the authorization.
 */
export async function answerAgain(core: Core, provider: Provider, uid: string, cookieUid: string | undefined) {
  const answered = await findAnsweredHere(core, uid, { cookieUid, formToken: undefined })
  if (!answered?.isRecent) return answered
  await answered.reopen()
  const interaction = await provider.Interaction.find(uid)
  const { consent } = (interaction?.result ?? {}) as Result
  const grantId = readEngineGrantId(consent?.grantId ?? '')?.grantId
  if (!interaction || !grantId) return answered
  Object.assign(interaction, {
    result: { ...interaction.result, consent: { grantId: engineGrantId(grantId, newId()) } },
  })
  await interaction.persist()
  return answered
}
