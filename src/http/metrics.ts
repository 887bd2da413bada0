import { memoryUsage, uptime } from 'node:process'

/** Upper bounds of the histogram of request durations, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Paths that get a label of their own; an endless number of others shares one. */
const PATHS = new Set(['/', '/graphql', '/sign-in', '/sign-out', '/healthz', '/readyz', '/metrics'])

interface Histogram {
  readonly labels: string
  readonly counts: number[]
  count: number
  sum: number
}

interface Reading {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly read: () => number
}

/** What /metrics tells, in Prometheus' text format (version 0.0.4). */
export class Metrics {
  readonly #requests = new Map<string, Histogram>()
  readonly #readings: Reading[] = [
    reading(
      'process_start_time_seconds',
      'gauge',
      'When the process started, in Unix time.',
      () => Date.now() / 1000 - uptime(),
    ),
    reading('process_cpu_seconds_total', 'counter', 'CPU time used, user and system.', () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    }),
    reading('process_resident_memory_bytes', 'gauge', 'Resident memory.', () => memoryUsage.rss()),
    reading('nodejs_heap_size_used_bytes', 'gauge', 'Heap in use.', () => memoryUsage().heapUsed),
  ]

  /** Adds something that is read whenever the metrics are asked for. */
  register(name: string, type: Reading['type'], help: string, read: () => number): void {
    this.#readings.push(reading(name, type, help, read))
  }

  /** Notes an answered request and how long it took, in seconds. */
  request(method: string, path: string, status: number, seconds: number): void {
    const labels = `method="${method}",path="${PATHS.has(path) ? path : 'other'}",status="${status}"`
    const histogram = this.#requests.get(labels) ?? { labels, counts: BUCKETS.map(() => 0), count: 0, sum: 0 }
    this.#requests.set(labels, histogram)
    histogram.count += 1
    histogram.sum += seconds
    BUCKETS.forEach((bound, index) => {
      if (seconds <= bound) histogram.counts[index] = (histogram.counts[index] ?? 0) + 1
    })
  }

  render(): string {
    const lines = this.#readings.flatMap(({ name, type, help, read }) => [
      ...head(name, type, help),
      `${name} ${read()}`,
    ])
    const name = 'http_request_duration_seconds'
    lines.push(...head(name, 'histogram', 'How long requests took.'))
    for (const { labels, counts, count, sum } of this.#requests.values()) {
      lines.push(...BUCKETS.map((bound, index) => `${name}_bucket{${labels},le="${bound}"} ${counts[index]}`))
      lines.push(
        `${name}_bucket{${labels},le="+Inf"} ${count}`,
        `${name}_sum{${labels}} ${sum}`,
        `${name}_count{${labels}} ${count}`,
      )
    }
    return `${lines.join('\n')}\n`
  }
}

const reading = (name: string, type: Reading['type'], help: string, read: () => number): Reading => ({
  name,
  type,
  help,
  read,
})

const head = (name: string, type: string, help: string): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
]
