import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'

// Builds the console into dist/. With --if-changed, as before each `npm start`: only where what is there
// is not what would come out now.

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'client-demo/dist')
const record = join(dist, '.made-from')

/** A hash of all that goes into the console: its own files, and the versions of the packages. */
function hashInputs(): string {
  const files = globSync('client-demo/**', {
    cwd: root,
    withFileTypes: true,
    exclude: ({ name }) => name === 'dist' || name === 'schema.d.ts',
  })
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const path of [join(root, 'package-lock.json'), ...paths.sort()]) {
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}

/** Beside each file its compressed forms, which the server sends as they are. */
async function compress(): Promise<void> {
  for (const path of globSync('assets/*.{js,css,svg}', { cwd: dist })) {
    const file = join(dist, path)
    const content = await readFile(file)
    await writeFile(`${file}.br`, await promisify(brotliCompress)(content))
    await writeFile(`${file}.gz`, await promisify(gzip)(content))
  }
}

// Whatever it is that starts this: a test, or a server for development.
process.env.NODE_ENV = 'production'

const inputs = hashInputs()
const madeFrom = await readFile(record, 'utf8').catch(() => undefined)
if (!process.argv.includes('--if-changed') || madeFrom !== inputs) {
  const vite = await import('vite').catch(() => undefined)
  if (vite) {
    await vite.build({ configFile: join(root, 'client-demo/vite.config.ts'), logLevel: 'warn' })
    await compress()
    await writeFile(record, inputs)
  } else {
    // An installation without development dependencies serves what was built for it elsewhere.
    console.error(
      `The console cannot be built here: vite is not installed.${madeFrom ? ' What was built before stays.' : ''}`,
    )
  }
}
