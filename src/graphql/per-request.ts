import DataLoader from 'dataloader'
import type { Impact } from '../errors.ts'
import { impactsOf, type Reach } from '../tokens/impact.ts'
import type { Context } from './context.ts'

/**
 * Loads the value that a field needs for each of its objects, for all objects at once: the keys that a
 * request wants at the same time are loaded together. Nothing is kept: a key that is wanted again, after a
 * mutation say, is loaded anew.
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
