import { readConfig } from './config/config.ts'
import { ConfigError } from './config/config-error.ts'
import { DatabaseUnreachable, DataDirectoryLocked, DataDirectoryUnusable, MigrationError } from './database/client.ts'
import { type Demo, startDemo } from './demo/demo.ts'
import { type Server, startServer } from './server/server.ts'

const signals = ['SIGINT', 'SIGTERM'] as const

let demo: Demo | undefined
try {
  const server = await startServer({
    config: readConfig(process.env),
    prepare: async (core) => {
      demo = await startDemo(core)
    },
  })
  stopOnSignal(server, demo)
  announce(server, demo)
} catch (error) {
  await demo?.[Symbol.asyncDispose]()
  process.exitCode = 1
  console.error(explain(error))
}

/** Tells the operator where to go; in production, where machines read the output, as an entry of the log. */
function announce({ core, url, config: { environment, publicUrl } }: Server, demo: Demo | undefined): void {
  if (environment === 'production') {
    core.log.info({ url, publicUrl }, 'ready')
    return
  }
  console.log(`
  Gatehouse is ready.

  Console    ${publicUrl}/console/
  Sign in    ${publicUrl}/sign-in
  GraphiQL   ${publicUrl}/graphql
`)
  if (demo) announceDemo(demo)
}

function announceDemo({ app, people }: Demo): void {
  if ('url' in app) {
    console.log(`  ${app.name}, an app to connect with a Gatehouse account, is at ${app.url}
  Ask for it as a member; approve it as an admin, in the console in a private window.
`)
  } else {
    console.log(`  ${app.name}, an app to connect with a Gatehouse account, is left out: ${app.missing}.\n`)
  }
  console.log('  A small world to try it on. Sign in as one of:\n')
  for (const { name, email, password, about } of people) {
    console.log(`    ${email.padEnd(20)} ${password}   ${name}, ${about}`)
  }
  console.log()
}

/** The first signal stops the server cleanly, the second at once. */
function stopOnSignal(server: Server, demo: Demo | undefined): void {
  const { log, config } = server.core
  const stop = async (signal: string): Promise<void> => {
    for (const name of signals) process.off(name, stop)
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), config.durations.shutdown).unref()
    await Promise.all([demo?.[Symbol.asyncDispose](), server[Symbol.asyncDispose]()])
  }
  for (const name of signals) process.on(name, stop)
}

/** One line for what the operator can mend, everything for a defect. */
function explain(error: unknown): unknown {
  const known = [ConfigError, DatabaseUnreachable, DataDirectoryLocked, DataDirectoryUnusable, MigrationError]
  if (!(error instanceof Error) || !known.some((type) => error instanceof type)) return error
  const line = error.message.replaceAll(/\s*\n\s*/g, ' ')
  return `gatehouse: ${error instanceof MigrationError ? `${process.env.DATABASE_URL ? 'DATABASE_URL' : 'DATA_DIR'}: ` : ''}${line}`
}
