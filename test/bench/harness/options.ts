import { parseArgs } from 'node:util'

export interface Options {
  /** Less of everything, so that it takes under a minute: to see that it runs, not for figures. */
  readonly quick: boolean
  /** How often everything is measured in turn. */
  readonly rounds: number
  /** How long each is measured in a round, in milliseconds. */
  readonly duration: number
}

/** A number that a bench takes by `--name`, by default this one, or the second with `--quick`. */
type Numbers = Readonly<Record<string, readonly [full: number, quick: number]>>

/**
 * The options of the command line: `--quick`, `--rounds`, `--seconds`, and the numbers of this bench. Those of
 * other benches are passed over, so that `npm run bench` can hand all of them to each.
 */
export function readOptions<N extends Numbers>(numbers: N): Options & { readonly [name in keyof N]: number } {
  const known: Numbers = { rounds: [5, 3], seconds: [3, 0.3], ...numbers }
  const text = Object.fromEntries(Object.keys(known).map((name) => [name, { type: 'string' as const }]))
  const { values } = parseArgs({ options: { ...text, quick: { type: 'boolean' } }, strict: false })
  const quick = values.quick === true
  const read = Object.entries(known).map(([name, [full, short]]) => {
    const value = Number(values[name] ?? (quick ? short : full))
    if (!(value > 0)) throw new Error(`--${name} must be a number above 0`)
    return [name, value]
  })
  const { rounds, seconds, ...own } = Object.fromEntries(read)
  return { quick, rounds, duration: seconds * 1000, ...own }
}
