import { readFile, writeFile } from 'node:fs/promises'
import { printSchema } from 'graphql'
import { schema } from './schema.ts'

// Writes schema.graphql; with --check it only says whether the file is what the code prints.
const file = new URL('../../schema.graphql', import.meta.url)
const text = `${printSchema(schema)}\n`

if (!process.argv.includes('--check')) {
  await writeFile(file, text)
} else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('schema.graphql is not what the code prints. Run `npm run schema:print` and commit it.')
  process.exitCode = 1
}
