import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'

// Builds the console into dist/. With --if-changed, as before each `npm start`: only where what is there
// is not what would come out now.

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'client-demo/dist')
/** In what was built: what it was built from. */
const RECORD = '.made-from'

/** A hash of all that goes into the console: its own files, the rules that it shares with the server, and the versions of the packages. */
function hashInputs(): string {
  const files = globSync(['client-demo/**', 'src/{email,names,text}.ts'], {
    cwd: root,
    withFileTypes: true,
    exclude: ({ name }) => /^dist($|-)/.test(name) || name === 'schema.d.ts',
  })
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const path of [join(root, 'package-lock.json'), ...paths.sort()]) {
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}

/** Beside each file its compressed forms, which the server sends as they are. */
async function compress(built: string): Promise<void> {
  for (const path of globSync('assets/*.{js,css,svg}', { cwd: built })) {
    const file = join(built, path)
    const content = await readFile(file)
    await writeFile(`${file}.br`, await promisify(brotliCompress)(content))
    await writeFile(`${file}.gz`, await promisify(gzip)(content))
  }
}

/**
 * Puts what was built in its place. Until then a server goes on with what is there, and where two build at
 * once, each leaves a whole one.
 */
async function replaceDist(built: string): Promise<void> {
  const old = `${built}-old`
  await rename(dist, old).catch(() => undefined)
  // Else somebody else was faster.
  await rename(built, dist).catch(() => rm(built, { recursive: true }))
  await rm(old, { recursive: true, force: true })
}

// Whatever it is that starts this: a test, or a server for development.
process.env.NODE_ENV = 'production'

const inputs = hashInputs()
const madeFrom = await readFile(join(dist, RECORD), 'utf8').catch(() => undefined)
if (!process.argv.includes('--if-changed') || madeFrom !== inputs) {
  const vite = await import('vite').catch(() => undefined)
  if (vite) {
    const built = `${dist}-${process.pid}`
    const configFile = join(root, 'client-demo/vite.config.ts')
    await vite.build({ configFile, logLevel: 'warn', build: { outDir: built, emptyOutDir: true } })
    await compress(built)
    await writeFile(join(built, RECORD), inputs)
    await replaceDist(built)
  } else {
    // An installation without development dependencies serves what was built for it elsewhere.
    console.error(
      `The console cannot be built here: vite is not installed.${madeFrom ? ' What was built before stays.' : ''}`,
    )
  }
}
