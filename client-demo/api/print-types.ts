import { readFile, writeFile } from 'node:fs/promises'
import { outputIntrospectionFile } from '@gql.tada/internal'
import { buildSchema, introspectionFromSchema } from 'graphql'

// Writes schema.d.ts, by which TypeScript knows what each document of the console answers: `npm run console:types`.
const sdl = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8')
const introspection = introspectionFromSchema(buildSchema(sdl), { descriptions: false })
const types = outputIntrospectionFile(introspection, {
  fileType: '.d.ts',
  preamble: '// Made from schema.graphql by `npm run console:types`.',
})
await writeFile(new URL('schema.d.ts', import.meta.url), types)
