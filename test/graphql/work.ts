import { Session } from 'node:inspector'

/** What the coverage of V8 says of one script: of each function and each block in it, how often it ran. */
interface Script {
  readonly url: string
  readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[]
}

/** Of what runs in this process, the parts that are not the server: the tests, and the databases. */
const NOT_THE_SERVER = /\/test\/|\/node_modules\/(vitest|@vitest|vite|@electric-sql|@prisma|pglite-prisma-adapter|pg)\//

interface Sized {
  readonly length: number
}

/** Lists of fewer items count as taken whole. */
const SHORT = 64

/** How much a function of the language looked at in one call. */
type Cost = (self: Sized, parameters: readonly unknown[], result: unknown) => number

const ofSelf: Cost = ({ length }) => length
const ofResult: Cost = (_self, _parameters, result) => sizeOf(result)
const ofFirst: Cost = (_self, [first]) => sizeOf(first)
/** What is sought is found where it stands, or nowhere. */
const ofSearch: Cost = ({ length }, [, from], found) => (found === -1 ? length : Number(found) + 1) - Number(from ?? 0)

const sizeOf = (value: unknown): number => {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return ArrayBuffer.isView(value) ? value.byteLength : 1
}

const { indexOf: indexInList } = Array.prototype
const { indexOf: indexInText } = String.prototype

/** Whose loops no coverage sees. */
const ofTheLanguage: readonly (readonly [object, Readonly<Record<string, Cost>>])[] = [
  [
    Array.prototype,
    {
      includes: (self, [sought, from]) =>
        ofSearch(self, [sought, from], indexInList.call(self, sought, from as number)),
      indexOf: ofSearch,
      lastIndexOf: ofSelf,
      concat: ofResult,
      slice: ofResult,
      unshift: ofSelf,
      join: ofSelf,
      flat: ofResult,
      reverse: ofSelf,
      sort: ofSelf,
      toSorted: ofSelf,
    },
  ],
  [
    String.prototype,
    {
      includes: (self, [sought, from]) =>
        ofSearch(self, [sought, from], indexInText.call(self, String(sought), from as number)),
      indexOf: ofSearch,
      split: ofSelf,
      replace: ofSelf,
      replaceAll: ofSelf,
      match: ofSelf,
      matchAll: ofSelf,
      normalize: ofSelf,
      toLowerCase: ofSelf,
      toUpperCase: ofSelf,
      trim: ofSelf,
    },
  ],
  [RegExp.prototype, { test: ofFirst }],
  [Object, { entries: ofResult, keys: ofResult, values: ofResult, fromEntries: ofFirst, groupBy: ofFirst }],
  [Array, { from: ofResult }],
  [JSON, { parse: ofFirst, stringify: ofResult }],
  [TextDecoder.prototype, { decode: ofFirst }],
  [globalThis, { encodeURIComponent: ofFirst, decodeURIComponent: ofFirst }],
  [
    URLSearchParams.prototype,
    Object.fromEntries(
      ['get', 'getAll', 'has', 'delete', 'set', 'toString'].map((name) => [
        name,
        (self) => (self as unknown as URLSearchParams).size,
      ]),
    ),
  ],
]

/**
 * Counts work instead of measuring time, so that it comes out the same on every machine: how often each
 * function and each block of code ran, and how many characters and items what the language brings looked at.
 */
export class WorkMeter implements Disposable {
  readonly #session = new Session()
  readonly #undo: (() => void)[] = []
  #looked = 0
  /** Whether a call is being counted, whose own calls are not. */
  #isInside = false

  constructor() {
    this.#session.connect()
    this.#ask('Profiler.enable')
    this.#ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    for (const [target, costs] of ofTheLanguage) {
      for (const [name, cost] of Object.entries(costs)) this.#count(target, name, cost)
    }
    this.#countIteration()
    this.#countParsing()
  }

  /** How much was done since this was asked last. */
  taken(): number {
    let total = this.#looked
    this.#looked = 0
    const { result } = this.#ask('Profiler.takePreciseCoverage') as { readonly result: readonly Script[] }
    for (const { url, functions } of result) {
      if (!url.startsWith('file:') || NOT_THE_SERVER.test(url)) continue
      for (const { ranges } of functions) for (const { count } of ranges) total += count
    }
    return total
  }

  [Symbol.dispose](): void {
    for (const undo of this.#undo) undo()
    this.#ask('Profiler.stopPreciseCoverage')
    this.#session.disconnect()
  }

  /** A session with its own thread is answered at once. */
  #ask(method: string, parameters?: object): unknown {
    let answer: unknown
    this.#session.post(method, parameters, (error, result) => {
      if (error) throw error
      answer = result
    })
    return answer
  }

  #replace(target: object, name: PropertyKey, value: unknown): void {
    const original = Object.getOwnPropertyDescriptor(target, name) as PropertyDescriptor
    Object.defineProperty(target, name, { ...original, value })
    this.#undo.push(() => Object.defineProperty(target, name, original))
  }

  #count(target: object, name: string, cost: Cost): void {
    const meter = this
    const original = Reflect.get(target, name) as (...parameters: unknown[]) => unknown
    this.#replace(target, name, function (this: Sized, ...parameters: unknown[]) {
      const result = original.apply(this, parameters)
      if (!meter.#isInside) {
        meter.#isInside = true
        meter.#looked += cost(this, parameters, result)
        meter.#isInside = false
      }
      return result
    })
  }

  /** What `for`, spreading, `new Set(…)` and so on take from a list. */
  #countIteration(): void {
    const meter = this
    const { values } = Array.prototype
    this.#replace(Array.prototype, Symbol.iterator, function (this: unknown[]) {
      if (this.length < SHORT) {
        meter.#looked += this.length
        return values.call(this)
      }
      let index = 0
      return {
        next: () => {
          meter.#looked += 1
          return index < this.length ? { done: false, value: this[index++] } : { done: true, value: undefined }
        },
        [Symbol.iterator]() {
          return this
        },
      }
    })
  }

  #countParsing(): void {
    const meter = this
    this.#replace(
      globalThis,
      'URLSearchParams',
      class extends URLSearchParams {
        constructor(init?: ConstructorParameters<typeof URLSearchParams>[0]) {
          super(init)
          meter.#looked += typeof init === 'string' ? init.length : this.size
        }
      },
    )
  }
}
