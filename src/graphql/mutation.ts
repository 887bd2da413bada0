import type { InputFieldMap, InputShapeFromFields, MaybePromise } from '@pothos/core'
import { type Action, assertFor, type CallerFor, whoMay } from '../access/actions.ts'
import type { Caller, Viewer } from '../access/viewer.ts'
import { Forbidden, InvalidInput, NotFound, Unauthenticated } from '../errors.ts'
import { builder } from './builder.ts'
import { type Context, refreshViewer, requirePerson, requireViewer } from './context.ts'

type Types = typeof builder.$inferSchemaTypes

/** What the `success` fields of a mutation are made with, for fields that several mutations share. */
export type SuccessFields<Success> = PothosSchemaTypes.ObjectFieldBuilder<Types, Success>

interface Who<Fields extends InputFieldMap, A extends Action> {
  action: A
  in: (input: InputShapeFromFields<Fields>, context: Context) => MaybePromise<string>
  sentence?: string
}

/** Who comes to do it: without an action only people themselves. */
type ViewerOf<A extends Action> = [A] extends [never] ? Viewer : CallerFor<A>

/** In this order TypeScript infers `input` for `who` and `resolve`, and what `resolve` returns for `success`. */
interface MutationOptions<Fields extends InputFieldMap, Success extends object, A extends Action> {
  /** What it does; the sentence about who may call it is added from `who`. */
  description: string
  input: (t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>) => Fields
  /**
   * An action of the table and the organization (a UUID) that it is asked for, with a sentence for the
   * description where the table's own does not say it all; or, where no role decides, that sentence
   * alone: then anybody who is signed in may call it, and no app.
   */
  who: Who<Fields, A> | string
  /** The typed errors beyond those that every mutation may answer with. */
  errors?: (abstract new (
    ...args: never[]
  ) => Error)[]
  resolve: (context: Context & { viewer: ViewerOf<A> }, input: InputShapeFromFields<Fields>) => Promise<Success>
  success: (t: SuccessFields<Success>) => Record<string, unknown>
}

/**
 * A mutation in the house's form: `name(input: NameInput!): NameResult!`, where the result is the
 * union of `NameSuccess` and typed errors, authorized as `who` says before anything runs.
 */
export function mutation<Fields extends InputFieldMap, Success extends object, A extends Action = never>(
  name: string,
  options: MutationOptions<Fields, Success, A>,
): void {
  const Name = name[0]?.toUpperCase() + name.slice(1)
  const { who } = options
  const inputOf = (args: object) => (args as { input: InputShapeFromFields<Fields> }).input
  builder.relayMutationField(
    name,
    {
      name: `${Name}Input`,
      description: `What \`${name}\` takes.`,
      inputFields: options.input,
    },
    {
      description: `${options.description} ${typeof who === 'string' ? who : (who.sentence ?? whoMay(who.action))}`,
      authScopes:
        typeof who === 'string'
          ? { person: true }
          : async (_root, args, context) => ({ may: [who.action, await who.in(inputOf(args), context)] as const }),
      errors: {
        types: [Unauthenticated, NotFound, Forbidden, InvalidInput, ...(options.errors ?? [])] as never,
        union: { name: `${Name}Result`, description: `What \`${name}\` answers with.` },
      },
      resolve: async (_root, args, context) => {
        const viewer = typeof who === 'string' ? requirePerson(context) : requireFor(context, who.action)
        const success = await options.resolve({ ...context, viewer: viewer as ViewerOf<A> }, inputOf(args))
        await refreshViewer(context)
        return success as never
      },
    },
    {
      name: `${Name}Success`,
      description: `\`${name}\` succeeded.`,
      outputFields: options.success as never,
    },
  )
}

/** @throws {Unauthenticated | Forbidden} */
function requireFor(context: Context, action: Action): Caller {
  const viewer: Caller = requireViewer(context)
  assertFor(viewer, action)
  return viewer
}
