import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { listensOnLoopback } from '../config/networks.ts'
import type { Core } from '../core.ts'
import type { DemoPerson } from './world.ts'

interface Seed {
  /** False while the world is being built: a start that was cut short leaves it so. */
  readonly complete: boolean
  readonly people: readonly DemoPerson[]
}

/** The data folder, where it may have a demo world: embedded, outside production and on a loopback host. */
export const demoDirectory = ({ database, environment, host }: Config): string | undefined =>
  'directory' in database && environment !== 'production' && listensOnLoopback(host) ? database.directory : undefined

/**
 * Who can sign in to the demo world, which `build` makes in an empty database. The passwords are kept in
 * the data folder, readable only by its owner, so that every later start can print them again. Undefined
 * where there is no demo world.
 */
export async function demoSignIns(
  core: Core,
  directory: string,
  build: () => Promise<readonly DemoPerson[]>,
): Promise<readonly DemoPerson[] | undefined> {
  const file = join(directory, 'demo.json')
  const write = (seed: Seed) => writeFile(file, JSON.stringify(seed, null, 2), { mode: 0o600 })

  const seed = await readFile(file, 'utf8').then(
    (text): Seed => JSON.parse(text),
    () => undefined,
  )
  if (seed?.complete) return seed.people
  if (!seed && (await core.prisma.user.count()) > 0) return undefined

  await write({ complete: false, people: [] })
  if (seed) await clear(core)
  const people = await build()
  await write({ complete: true, people })
  return people
}

/** Takes away what an interrupted start left behind: nobody but it has written anything yet. */
async function clear({ prisma }: Core): Promise<void> {
  await prisma.$executeRaw`TRUNCATE "User", "Organization", "Stream", "Tombstone" CASCADE`
}
