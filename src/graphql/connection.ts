/** What a connection ends when it closes. */
interface Owned {
  end(): void
}

/**
 * What subscriptions are sent over: an answer over HTTP, or a WebSocket. It owns them: however it
 * closes, they end with it, also one that is only opened when it has closed already.
 */
export abstract class Connection {
  readonly #owned = new Set<Owned>()
  #isClosed = false

  /** Sends the client away with a code of `closeCodes`, or cuts the line where that cannot be said. */
  abstract close(code: number): void

  /** Ends the subscription when the connection closes; now, where it has closed. */
  own(subscription: Owned): void {
    if (this.#isClosed) subscription.end()
    else this.#owned.add(subscription)
  }

  /** For a subscription that has ended. */
  disown(subscription: Owned): void {
    this.#owned.delete(subscription)
  }

  /** The transport calls this once its line has closed. */
  protected onClosed(): void {
    this.#isClosed = true
    for (const subscription of this.#owned) subscription.end()
  }
}
