import type { Child } from './child.ts'
import { cpuTime } from './cpu.ts'
import type { BenchDatabase } from './database.ts'
import { type Answered, ask, type Load } from './load.ts'
import type { Options } from './options.ts'

/** A server, and what it is asked. */
export interface Subject extends Omit<Load, 'url'> {
  readonly server: Child
  /** What is to be done before each round, and is not measured. */
  before?(): Promise<void>
}

export interface Measured extends Answered {
  /** Per second. */
  readonly rate: number
  /** Of the server for one answer, in milliseconds; undefined where the system does not say. */
  readonly cpu: { readonly node: number; readonly postgres: number } | undefined
}

/**
 * Measures in turn, round by round, so that whatever else the machine does falls on all of them. Each begins
 * with a longer round that is not counted.
 *
 * @returns the rounds of each.
 */
export async function inTurn<Name extends string>(
  database: BenchDatabase,
  { rounds, duration }: Options,
  subjects: Readonly<Record<Name, Subject>>,
): Promise<Record<Name, Measured[]>> {
  const names = Object.keys(subjects) as Name[]
  const measured = Object.fromEntries(names.map((name) => [name, [] as Measured[]])) as Record<Name, Measured[]>
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const result = await measure(database, subjects[name], round > 0 ? duration : 2 * duration)
      if (round > 0) measured[name].push(result)
    }
  }
  return measured
}

async function measure(database: BenchDatabase, subject: Subject, duration: number): Promise<Measured> {
  await subject.before?.()
  const { server } = subject
  const [before, backends] = [cpuTime(server.pid), await backendTimes(database, server)]
  const answered = await ask({ ...subject, url: server.url }, duration)
  const [after, backendsAfter] = [cpuTime(server.pid), await backendTimes(database, server)]
  const rate = (answered.answers * 1000) / answered.duration
  if (before === undefined || after === undefined) return { ...answered, rate, cpu: undefined }
  let postgres = 0
  for (const [pid, time] of backendsAfter) postgres += time - (backends.get(pid) ?? 0)
  const { answers } = answered
  return { ...answered, rate, cpu: { node: (after - before) / answers, postgres: postgres / answers } }
}

async function backendTimes(database: BenchDatabase, { name }: Child): Promise<Map<number, number>> {
  const pids = await database.backends(name)
  return new Map(pids.map((pid) => [pid, cpuTime(pid) ?? 0]))
}
