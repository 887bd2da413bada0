import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import pg from 'pg'

/** A statement of which so many have been sent is worth being kept by the server, with its plan. */
const USES = 10
/** So many statements a connection keeps at most; each takes some memory of its server process. */
const KEPT = 300
/** In characters: of the texts whose uses are counted. */
const COUNTED = 2_000_000

interface Counted {
  uses: number
  name?: string
}

const texts = new LRUCache<string, Counted>({ maxSize: COUNTED, sizeCalculation: (_, text) => text.length + 1 })

/**
 * The name under which connections are to keep the statement; undefined for one that was not sent often
 * enough. There are as many texts as clients think up selections, and nearly all of them come once.
 */
export function statementName(text: string): string | undefined {
  const counted = texts.get(text) ?? { uses: 0 }
  if (counted.uses === 0) texts.set(text, counted)
  counted.uses += 1
  if (counted.uses >= USES) counted.name ??= createHash('sha256').update(text).digest('base64url')
  return counted.name
}

/** A connection that keeps the first {@link KEPT} statements that have names, and plans the others each time. */
export class NamingClient extends pg.Client {
  readonly #kept = new Set<string>()

  override query(...args: unknown[]): never {
    const [config, ...others] = args
    return super.query(...([this.#within(config), ...others] as Parameters<pg.Client['query']>)) as never
  }

  #within(config: unknown): unknown {
    if (typeof config !== 'object' || config === null) return config
    const { name } = config as pg.QueryConfig
    if (name === undefined || this.#kept.has(name)) return config
    if (this.#kept.size >= KEPT) return { ...config, name: undefined }
    this.#kept.add(name)
    return config
  }
}
