/**
 * All benches whose figures stand in docs/performance.md, one after the other, with the same options.
 *
 *     npm run bench -- [--quick] [--rounds 5] [--seconds 3]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

for (const bench of ['lists', 'check']) {
  console.log(`\nbench:${bench}\n`)
  const script = fileURLToPath(new URL(`./${bench}.ts`, import.meta.url))
  const child = spawn(process.execPath, [script, ...process.argv.slice(2)], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  if (code !== 0) process.exitCode = 1
}
