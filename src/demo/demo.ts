import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import type { Core } from '../core.ts'
import { type Listening, listen } from '../server/listen.ts'
import { relyingParty } from './relying-party.ts'
import { SCOPES } from './relying-party-client.ts'
import { demoDirectory, demoSignIns } from './sign-ins.ts'
import { buildDemoWorld, type DemoPerson } from './world.ts'

/** The demo world, and the app that runs beside the server to try it on. Disposing ends the app. */
export interface Demo extends AsyncDisposable {
  readonly people: readonly DemoPerson[]
  readonly app: DemoApp
}

/** Where the app is, or, in a few words, why it is not there. */
export type DemoApp = { readonly name: string } & ({ readonly url: string } | { readonly missing: string })

/** What the app keeps from one start to the next, as any OAuth client does. */
interface Kept {
  readonly port: number
  readonly clientId: string
  readonly clientSecret: string
}

const NAME = 'Harbor Logbook'

/**
 * Builds the demo world where there is to be one, and starts its app: a real OAuth client to send
 * through "Connect". It listens on the port after the server's, or where that is taken on any; from then
 * on always on that one, because it stands in the app's redirect URI.
 */
export async function startDemo(core: Core): Promise<Demo | undefined> {
  const { config } = core
  const directory = demoDirectory(config)
  if (directory === undefined) return undefined
  await using resources = new AsyncDisposableStack()
  // The secret can be had only once, so the app keeps it where only the owner of the folder reads it.
  const file = join(directory, 'relying-party.json')
  let opened: Listening | undefined
  const people = await demoSignIns(core, directory, async () => {
    opened = resources.use(await listenSomewhere(config))
    const redirectUris = [redirectUriAt(opened.port)]
    const world = await buildDemoWorld(core, { name: NAME, redirectUris, scopes: SCOPES })
    const kept: Kept = { port: opened.port, ...world.relyingParty }
    await writeFile(file, JSON.stringify(kept, null, 2), { mode: 0o600 })
    return world.people
  })
  if (!people) return undefined

  const app = await startApp(core, file, async (port) => opened ?? resources.use(await listen({ ...config, port })))
  const running = resources.move()
  return { people, app, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

async function startApp(core: Core, file: string, open: (port: number) => Promise<Listening>): Promise<DemoApp> {
  const name = NAME
  const kept = await readFile(file, 'utf8').then(
    (text): Kept => JSON.parse(text),
    () => undefined,
  )
  if (!kept) return { name, missing: `there is no ${file}; a new DATA_DIR gets one` }
  const { port, clientId, clientSecret } = kept
  const url = `http://localhost:${port}`
  try {
    const http = await open(port)
    const registration = { clientId, clientSecret, redirectUri: redirectUriAt(port) }
    http.serve(relyingParty({ config: core.config, log: core.log, name, origin: url, registration }))
    return { name, url }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { name, missing: error.message.replace('PORT', 'its port') }
  }
}

const redirectUriAt = (port: number): string => `http://localhost:${port}/callback`

async function listenSomewhere(config: Config): Promise<Listening> {
  try {
    return await listen({ ...config, port: config.port < 65_535 ? config.port + 1 : 0 })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return listen({ ...config, port: 0 })
  }
}
