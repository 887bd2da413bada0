/** Carries short texts to all nodes, the one that sends them included. What it loses is lost. */
export interface Wire extends AsyncDisposable {
  /** @throws where it cannot be sent now. */
  send(text: string): Promise<void>
}

/** @param onText told each text that arrives. */
export type OpenWire = (onText: (text: string) => void) => Wire

/** Texts are at most so long, in bytes: PostgreSQL takes no more than 7,999. */
export const LONGEST_TEXT = 7_900
