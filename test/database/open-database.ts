/**
 * A process of its own that opens the database given as JSON, says so, and keeps it until its standard
 * input ends. Run by the tests of what several processes do.
 */
import { text } from 'node:stream/consumers'
import { type DatabaseOptions, openDatabase } from '../../src/database/client.ts'

const options: DatabaseOptions = JSON.parse(process.argv[2] ?? '{}')
try {
  await using database = await openDatabase(options)
  process.stdout.write(`open ${await database.prisma.user.count()}\n`)
  await text(process.stdin)
} catch (error) {
  process.stdout.write(`${error instanceof Error ? `${error.name}: ${error.message}` : error}\n`)
}
