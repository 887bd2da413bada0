import { readdirSync, readFileSync } from 'node:fs'

/**
 * How long the threads of a process have been on a CPU, in milliseconds, by what Linux says of them. Undefined
 * where there is no such thing to read.
 */
export function cpuTime(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const nanoseconds = threads.map((thread) => onCpu(`/proc/${pid}/task/${thread}/schedstat`))
    return nanoseconds.reduce((sum, some) => sum + some, 0) / 1e6
  } catch {
    return undefined
  }
}

/** In nanoseconds; none of a thread that has just ended. */
function onCpu(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[0])
  } catch {
    return 0
  }
}
