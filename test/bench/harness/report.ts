import { type CpuInfo, cpus, totalmem } from 'node:os'
import type { Measured } from './measure.ts'

/** A row of a table of docs/performance.md. */
export interface Row {
  /** What is measured. */
  readonly what: string
  /** Beside what. */
  readonly beside: string
}

/** Prints a line of JSON for each row as it is measured, and in the end all of them as a table. */
export class Report {
  readonly #bench: string
  readonly #rows: Record<string, string>[] = []

  constructor(bench: string) {
    this.#bench = bench
  }

  /** How many times the rate of the peer Gatehouse reaches: the median of the rounds' own ratios, and their range. */
  rates(row: Row, ours: readonly Measured[], peers: readonly Measured[]): void {
    const ratios = ours.map(({ rate }, round) => rate / (peers[round]?.rate ?? Number.NaN)).sort((a, b) => a - b)
    const cpu = ours.map((one, round) => cpuOf(peers[round]) / cpuOf(one)).filter((ratio) => !Number.isNaN(ratio))
    const spread = [ratios[0], ratios.at(-1)].map((ratio) => rounded(ratio))
    const cpuRatio = cpu.length > 0 ? rounded(median(cpu)) : undefined
    const perSecond = [ours, peers].map((some) => Math.round(median(some.map(({ rate }) => rate))))
    this.line({ ...row, ratio: rounded(median(ratios)), spread, cpuRatio, perSecond })
    this.#rows.push({
      ...named(row),
      ratio: String(rounded(median(ratios))),
      spread: shown(spread),
      'by CPU': String(cpuRatio ?? '–'),
      '/s': String(perSecond[0]),
      'its /s': String(perSecond[1]),
      'p50 / p99 ms': latencies(ours),
      'Node + PG ms': costs(ours),
      'its Node + PG ms': costs(peers),
    })
  }

  /** A row with figures of its own, as they are to stand in the table. */
  figures(row: Row, figures: Readonly<Record<string, Figure>>): void {
    this.line({ ...row, ...figures })
    this.#rows.push({ ...named(row), ...Object.fromEntries(Object.entries(figures).map(([k, v]) => [k, shown(v)])) })
  }

  line(row: Row & Readonly<Record<string, unknown>>): void {
    console.log(JSON.stringify({ bench: this.#bench, ...row }))
  }

  /** In Markdown, a table of those with the same columns. */
  print(about: string): void {
    console.log(`\n${machine()}, ${about}`)
    const tables = Map.groupBy(this.#rows, (row) => Object.keys(row).join())
    for (const rows of tables.values()) console.log(`\n${table(rows)}`)
  }
}

type Figure = number | string | readonly number[]

const shown = (figure: Figure): string => (typeof figure === 'object' ? figure.join(' to ') : String(figure))

function table(rows: readonly Record<string, string>[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const body = rows.map((row) => columns.map((column) => row[column] ?? ''))
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...body.map((cells) => cells[index]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`
  return [columns, widths.map((width) => '-'.repeat(width)), ...body].map(line).join('\n')
}

const named = ({ what, beside }: Row) => ({ what, beside })

/** The day and the machine that figures are of. */
function machine(): string {
  const all = cpus()
  const { model } = all[0] as CpuInfo
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${new Date().toISOString().slice(0, 10)}, ${all.length} × ${model.trim()}, ${memory} GB, Node ${process.versions.node}`
}

export const median = (numbers: readonly number[]): number =>
  quantile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  )

/** @param sorted the smallest first. */
export const quantile = (sorted: ArrayLike<number>, part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN

/** To two digits behind the point, or three where it is small. */
export const rounded = (number = Number.NaN): number => Number(number.toFixed(Math.abs(number) < 0.1 ? 3 : 2))

const cpuOf = (one: Measured | undefined): number => (one?.cpu ? one.cpu.node + one.cpu.postgres : Number.NaN)

const costs = (some: readonly Measured[]): string => {
  if (some.some(({ cpu }) => !cpu)) return '–'
  const of = (part: 'node' | 'postgres') => rounded(median(some.map(({ cpu }) => cpu?.[part] ?? Number.NaN)))
  return `${of('node')} + ${of('postgres')}`
}

const latencies = (some: readonly Measured[]): string =>
  [0.5, 0.99].map((part) => median(some.map(({ latencies }) => quantile(latencies, part))).toFixed(1)).join(' / ')
