import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Workers and the servers that tests start load the same modules: Node compiles them once.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'gatehouse-compiled')

/** The whole suite on one kind of database. */
const suiteOn = (database: 'pglite' | 'postgres') => ({
  extends: true as const,
  test: { name: database, env: { TEST_DATABASE: database, NODE_ENV: 'test' } },
})

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // How soon something happens is for benchmarks to say: these only end what never happens.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    // Tests wait for browsers and processes a third of their time, so two cores are busy with three workers. An embedded
    // database takes some 300 MB; with more of them the machine, not the code, is tested.
    maxWorkers: 3,
    // Loading the server takes longer than most files of tests do, and nothing of it remembers one file in the next.
    isolate: false,
    // Files run as in production: by Node itself, which strips the types.
    experimental: { viteModuleRunner: false },
    projects: [suiteOn('pglite'), ...(process.env.TEST_DATABASE_URL ? [suiteOn('postgres')] : [])],
  },
})
