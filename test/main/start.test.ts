import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GatehouseProcess } from './process.ts'

// The program itself, with the embedded database in a folder. With PostgreSQL nothing of this differs.

describe.skipIf(process.env.TEST_DATABASE === 'postgres')('the program', () => {
  let directory: string
  let first: GatehouseProcess

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gatehouse-main-'))
    const began = performance.now()
    first = await GatehouseProcess.start(directory)
    console.log(`first start: ${Math.round(performance.now() - began)} ms`)
  })

  afterAll(async () => {
    await first[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  test('says on its first start where it is, and who can sign in', async () => {
    expect(first.errors).toBe('')
    expect(first.signIns.map(({ email }) => email)).toContain('sofia@example.com')
    expect(await first.tokenOf('sofia')).toMatch(/^ey/)
  })

  test('answers a browser at the address that it printed', async () => {
    const page = await fetch(`${first.url}/graphql`, { headers: { accept: 'text/html' } })
    expect(page.status).toBe(200)
    expect(new URL(page.url).pathname).toBe('/sign-in')
    expect(await page.text()).toContain('<form')
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
  })

  test('leaves its data alone to one process: a second says so in one line, and ends with code 1', async () => {
    await using second = await GatehouseProcess.start(directory)
    expect(await second.code).toBe(1)
    expect(second.output).toBe('')
    expect(second.errors.trim()).toMatch(/^gatehouse: DATA_DIR: [^\n]*another process[^\n]*$/)
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
  })

  test('stops cleanly at SIGTERM, and prints the same sign-ins when it starts again', async () => {
    const before = first.signIns
    expect(await first.end('SIGTERM')).toBe(0)
    expect(first.errors).toBe('')
    const began = performance.now()
    await using again = await GatehouseProcess.start(directory)
    console.log(`reopening: ${Math.round(performance.now() - began)} ms`)
    expect(again.signIns).toEqual(before)
    expect(await again.tokenOf('mei')).toMatch(/^ey/)
    expect(await again.end('SIGTERM')).toBe(0)
  })
})
