import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const VERSION = '5.1.5'

/** Installs PostGraphile outside of the tree, where it is not there from another time. @returns the folder. */
export async function installPostGraphile(): Promise<string> {
  const folder = join(tmpdir(), `gatehouse-bench-postgraphile-${VERSION}`)
  if (existsSync(join(folder, 'done'))) return folder
  console.log(`installing PostGraphile ${VERSION} into ${folder} …`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', `postgraphile@${VERSION}`, 'pg@8.23.1'], {
    cwd: folder,
  })
  await writeFile(join(folder, 'done'), '')
  return folder
}
