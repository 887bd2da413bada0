/**
 * Another node, on which something changes in every organization once a second: an app of it, with the event that
 * tells of that. Those of a tenth of the organizations share a transaction, or the machine would do nothing else.
 */
import { setInterval } from 'node:timers/promises'
import { readConfig } from '../../../src/config/config.ts'
import { type Actor, change } from '../../../src/history/change.ts'
import { startServer } from '../../../src/server/server.ts'

const PARTS = 10

const { core } = await startServer({ config: readConfig(process.env) })
process.once('SIGTERM', () => process.exit())
const actor: Actor = { kind: 'SYSTEM', id: null, name: 'Gatehouse' }
const apps = await core.prisma.$queryRaw<{ id: string; name: string; organizationId: string }[]>`
  SELECT DISTINCT ON ("organizationId") "id", "name", "organizationId" FROM "App" ORDER BY "organizationId", "id" DESC`

let turn = 0
for await (const _ of setInterval(1000 / PARTS)) {
  turn += 1
  const part = apps.filter((_, index) => index % PARTS === turn % PARTS)
  await change(core, actor, async ({ tx, at, record }) => {
    const where = { id: { in: part.map(({ id }) => id) } }
    await tx.app.updateMany({ where, data: { description: `Changed ${turn} times`, updatedAt: at } })
    for (const app of part) record({ type: 'APP_UPDATED', streams: [app.organizationId], app })
  })
}
