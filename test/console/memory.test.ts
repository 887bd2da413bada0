import { expect, test } from 'vitest'
import type { Request } from '../../client-demo/requests/documents.ts'
import { Memory } from '../../client-demo/requests/memory.ts'

const request = (id: string, appId: string, minute: number): Request =>
  ({ id, status: 'PENDING', app: { id: appId }, createdAt: `2026-11-22T10:${minute}:00.000Z` }) as Request

test('new is what was asked for after the page was opened, and not what comes with the next page', () => {
  const memory = new Memory()
  const [old, first, late] = [request('old', 'a', 10), request('first', 'b', 20), request('late', 'c', 30)]
  memory.see([first])
  memory.see([late, first, old])
  expect([...memory.seen].map(([id, { isNew }]) => [id, isNew])).toEqual([
    ['first', false],
    ['late', true],
    ['old', false],
  ])
})

test('all that is pending for an app at the same time is one case, whoever of them withdraws', () => {
  const memory = new Memory()
  const keyOf = (id: string) => memory.seen.get(id)?.key
  const [one, two, three] = [request('one', 'a', 10), request('two', 'a', 20), request('three', 'a', 30)]
  memory.see([two, one])
  memory.see([two])
  memory.see([three, two])
  expect(new Set(['one', 'two', 'three'].map(keyOf)).size).toBe(1)

  memory.see([])
  memory.see([request('again', 'a', 40)])
  expect(keyOf('again')).not.toBe(keyOf('three'))
})
