import { AsyncResource } from 'node:async_hooks'
import type { Logger } from 'pino'
import type { Doorbell } from '../core.ts'
import { LONGEST_TEXT, type OpenWire, type Wire } from '../database/wire.ts'
import { newId } from '../ids.ts'
import { LocalDoorbell } from './doorbell.ts'

/** How often a node rings for itself alone, in milliseconds, to hear whether it hears. */
const PROBE = 1_000
/** A node that did not hear itself for so long, in milliseconds, does not count on hearing others. */
const DEAF = 3 * PROBE
/** After so long, in milliseconds, the log says so. */
const WORTH_A_LINE = 10 * PROBE

/**
 * The doorbell of several nodes: what rings at one rings at all. News are collected while the wire is busy and then
 * go out together, so that many changes make few rings and none of them waits.
 */
export class SharedDoorbell implements Doorbell, AsyncDisposable {
  readonly #here = new LocalDoorbell()
  readonly #log: Logger
  readonly #wire: Wire
  /** By which a node knows its own rings, which rang here at once. */
  readonly #id = newId()
  readonly #probe: NodeJS.Timeout
  #news = new Set<string>()
  #sending = false
  /** In monotonic milliseconds; what was never heard counts as silent. */
  #heardAt = performance.now() - DEAF
  #isNoted = false
  /** A ring serves many requests, so it does not go out in the context of the one that began it. */
  readonly #sendBeside = AsyncResource.bind(() => void this.#send())

  constructor(open: OpenWire, log: Logger) {
    this.#log = log
    this.#wire = open((text) => this.#hear(text))
    this.#probe = setInterval(() => this.#look(), PROBE).unref()
  }

  get hears(): boolean {
    return performance.now() - this.#heardAt < DEAF
  }

  ring(topics: ReadonlySet<string>): void {
    this.#here.ring(topics)
    for (const topic of topics) this.#news.add(topic)
    this.#sendBeside()
  }

  onRing(listener: (topics: ReadonlySet<string>) => void): () => void {
    return this.#here.onRing(listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#probe)
    await this.#wire[Symbol.asyncDispose]()
  }

  async #send(): Promise<void> {
    if (this.#sending) return
    this.#sending = true
    try {
      while (this.#news.size > 0) await this.#wire.send(this.#take())
    } catch (err) {
      // All nodes look by themselves now and then.
      this.#news.clear()
      this.#log.debug({ err }, 'the doorbell could not be rung')
    } finally {
      this.#sending = false
    }
  }

  /** As much of the news as one text holds. */
  #take(): string {
    let text = `${this.#id} `
    for (const topic of this.#news) {
      if (text.length + topic.length + 1 > LONGEST_TEXT) break
      text += `${topic},`
      this.#news.delete(topic)
    }
    return text
  }

  #hear(text: string): void {
    const [sender, topics = ''] = text.split(' ')
    this.#heardAt = performance.now()
    this.#isNoted = false
    if (sender === this.#id) return
    const news = topics.split(',').filter(Boolean)
    if (news.length > 0) this.#here.ring(new Set(news))
  }

  #look(): void {
    if (performance.now() - this.#heardAt > WORTH_A_LINE && !this.#isNoted) {
      this.#isNoted = true
      this.#log.warn(
        'this node does not hear the doorbell: news of other nodes arrive by looking, up to a second later',
      )
    }
    void this.#wire.send(`${this.#id} `).catch(() => {})
  }
}
