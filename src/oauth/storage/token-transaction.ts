import { AsyncLocalStorage } from 'node:async_hooks'
import type { Core } from '../../core.ts'
import type { Tx } from '../../database/client.ts'
import { type Actor, type ChangeContext, change } from '../../history/change.ts'
import type { Rotating } from './derive.ts'

/** One request to the token endpoint, from the moment on at which its client is known. */
export interface TokenTransaction {
  readonly change: ChangeContext
  /** The secret or key that the client proved to have; undefined for public clients. */
  credential?: ClientCredential | undefined
  /** The family that tokens without a grant of the engine's belong to. */
  familyId?: string
  /** The refresh token that is being exchanged: what is issued is derived from it. */
  rotating?: Rotating
  /** When it was exchanged first, where the same answer is given once more. */
  firstRotatedAt?: Date
  /** Set where something ended that must stay ended although the answer is an error. */
  hasEnded?: boolean
}

export interface ClientCredential {
  readonly kind: 'SECRET' | 'KEY'
  readonly id: string
}

const exchanges = new AsyncLocalStorage<TokenTransaction>()

/** The exchange under way; undefined everywhere but at the token endpoint. */
export const currentExchange = (): TokenTransaction | undefined => exchanges.getStore()

/** What the engine's storage reads and writes with: the transaction of the exchange, where there is one. */
export const database = (core: Core): Tx => currentExchange()?.change.tx ?? core.prisma

/**
 * Runs a grant in one transaction: what is consumed, what is issued and the events commit together
 * before the answer leaves, or, where it is refused, not at all; except that reuse ends a family also
 * though the answer is an error.
 */
export async function exchange(
  core: Core,
  actor: Actor,
  work: (exchange: TokenTransaction) => Promise<void>,
): Promise<void> {
  const { value: failure } = await change(core, actor, (context) => {
    const state: TokenTransaction = { change: context }
    return exchanges.run(state, async () => {
      try {
        await work(state)
        return undefined
      } catch (error) {
        if (!state.hasEnded) throw error
        return { error }
      }
    })
  })
  if (failure) throw failure.error
}
