import { type ExecutionArgs, type ExecutionResult, getOperationAST, OperationTypeNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Caller } from '../access/viewer.ts'
import type { Core } from '../core.ts'
import { Overloaded } from '../database/errors.ts'
import { type Lane, Queue } from '../database/queue.ts'
import type { Context } from './context.ts'
import { maskError } from './mask.ts'

/**
 * Lets an operation that changes something begin in its turn, before anything is read for it: mutations of
 * one user beyond those that may wait cost the database nothing.
 */
export const limitMutations = (): Plugin<object, object, Context> => ({
  onExecute({ args: { document, operationName, contextValue }, executeFn, setExecuteFn }) {
    const context = contextValue as Context
    const { core, viewer } = context
    const isMutation = getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION
    if (!viewer || !isMutation) return
    setExecuteFn(async (args: ExecutionArgs): Promise<ExecutionResult> => {
      try {
        const leave = await takeTurn(core, viewer)
        try {
          return (await executeFn(args)) as ExecutionResult
        } finally {
          leave()
        }
      } catch (error) {
        return { errors: [maskError(error, context)] }
      }
    })
  },
})

interface Turns {
  readonly lane: Lane
  /** Mutations under way, those that wait among them. */
  underWay: number
}

/** By who asks; of those only who has a mutation under way. */
const turns = new WeakMap<Core, Map<string, Turns>>()

/**
 * Waits until fewer than `limits.mutationsPerUser` mutations of the viewer are worked at.
 *
 * @returns how to say that it is done: once, and in any case.
 * @throws {TooManyMutations} where `limits.waitingMutationsPerUser` wait already, or it took too long.
 */
async function takeTurn(core: Core, viewer: Caller): Promise<() => void> {
  const { mutationsPerUser, waitingMutationsPerUser } = core.config.limits
  const ofCore = turns.get(core) ?? new Map<string, Turns>()
  turns.set(core, ofCore)
  const id = viewer.userId ?? viewer.app.id
  const own = ofCore.get(id) ?? {
    lane: new Queue(mutationsPerUser).lane({
      rank: 0,
      length: waitingMutationsPerUser,
      wait: core.config.durations.databaseWait,
    }),
    underWay: 0,
  }
  ofCore.set(id, own)
  own.underWay += 1
  const forget = () => {
    own.underWay -= 1
    if (own.underWay === 0) ofCore.delete(id)
  }
  try {
    const leave = await own.lane.enter()
    return () => {
      leave()
      forget()
    }
  } catch (error) {
    forget()
    throw error instanceof Overloaded ? new TooManyMutations(mutationsPerUser) : error
  }
}

class TooManyMutations extends Overloaded {
  override readonly name = 'TooManyMutations'
  override readonly code = 'TOO_MANY_MUTATIONS'

  constructor(limit: number) {
    super(
      undefined,
      `Too many of your mutations are under way: ${limit} are done at a time. This one changed nothing; send it again later.`,
    )
  }
}
