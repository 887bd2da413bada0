import DataLoader from 'dataloader'
import type { Impact } from '../errors.ts'
import { impactsOf, type Reach } from '../tokens/impact.ts'
import type { Context } from './context.ts'

/**
 * What a field asks for each of its objects, asked for all of them at once: what is wanted at the same
 * time within a request is loaded together. Nothing is kept: what is wanted again, after a mutation say,
 * is loaded anew.
 *
 * @param load the values of the keys, in their order.
 */
export function perRequest<Key, Value>(
  load: (context: Context, keys: readonly Key[]) => Promise<readonly Value[]>,
): (context: Context, key: Key) => Promise<Value> {
  const loaders = new WeakMap<Context, DataLoader<Key, Value>>()
  return (context, key) => {
    const loader = loaders.get(context) ?? new DataLoader((keys) => load(context, keys), { cache: false })
    loaders.set(context, loader)
    return loader.load(key)
  }
}

/** What an action would touch now. */
export const impacts = perRequest<Reach, Impact>(({ core, now }, reaches) => impactsOf(core.prisma, reaches, now))
