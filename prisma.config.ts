import { defineConfig } from 'prisma/config'

// `prisma generate` looks for a schema engine binary that it then does not use, and would download
// one. Any executable stops that; migrations are made and applied by the WebAssembly engine instead.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({ schema: 'prisma/schema.prisma' })
