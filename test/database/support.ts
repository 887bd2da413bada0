import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import type { DatabaseLocation, DatabaseOptions, Tx } from '../../src/database/client.ts'
import type { Edition, PrismaClient, Role } from '../../src/database/generated/client/client.ts'
import { violatedConstraint } from '../../src/database/violations.ts'

const createdAt = new Date('2026-11-22T12:00:00Z')

/** Every row that a test makes has these two. */
export const base = () => ({ id: uuidv7(), createdAt })

export const createUser = (tx: Tx) => tx.user.create({ data: { ...base(), name: 'Ada' } })

/** An organization whose members have the given roles. */
export async function createOrganization(tx: Tx, edition: Edition, roles: Role[] = ['SUPER_ADMIN']) {
  const users = await Promise.all(roles.map(() => createUser(tx)))
  const memberships = users.map((user, i) => ({ ...base(), userId: user.id, role: roles[i] as Role }))
  const organization = await tx.organization.create({
    data: {
      ...base(),
      name: 'Analytical Engines',
      edition,
      personalUserId: edition === 'PERSONAL' ? memberships[0]?.userId : null,
      memberships: { create: memberships },
    },
  })
  return { ...organization, memberships }
}

/** The name of the constraint that refuses the write; undefined where none does. */
export async function refusal(write: Promise<unknown>): Promise<string | undefined> {
  try {
    await write
    return undefined
  } catch (error) {
    const constraint = violatedConstraint(error)
    if (!constraint) throw error
    return constraint
  }
}

/** The rows of the last of some statements, past Gatehouse's own way to open a database, which would migrate it. */
export async function rows(location: DatabaseLocation, sql: string): Promise<unknown[]> {
  if ('url' in location) {
    const client = new pg.Client({ connectionString: location.url })
    await client.connect()
    try {
      return [await client.query(sql)].flat().at(-1)?.rows ?? []
    } finally {
      await client.end()
    }
  }
  if ('pglite' in location) return (await location.pglite.exec(sql)).at(-1)?.rows ?? []
  await using pglite = await PGlite.create(join(location.directory, 'postgres'))
  return (await pglite.query(sql)).rows
}

/** Opens a database in another process. `said` is its first line: `open` and a number, or its error. */
export async function openElsewhere(options: DatabaseOptions) {
  const script = fileURLToPath(new URL('open-database.ts', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const [said] = await once(createInterface(child.stdout), 'line')
  return {
    said: String(said),
    /** As `kill -9` does. */
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await exited
    },
  }
}

/** Resolves once a transaction of this database waits for a lock that another one holds. */
export async function somebodyWaits(prisma: PrismaClient): Promise<void> {
  for (let asked = 0; asked < 2_000; asked++) {
    const waiting = await prisma.$queryRaw<unknown[]>`
      SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    if (waiting.length > 0) return
  }
  throw new Error('nobody waits for a lock')
}
