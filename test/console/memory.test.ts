import { expect, test } from 'vitest'
import { caseOf, isPending } from '../../client-demo/requests/cases.ts'
import type { InstallCase, Request } from '../../client-demo/requests/documents.ts'
import { Memory } from '../../client-demo/requests/memory.ts'

const at = (minute: number) => `2026-11-22T10:${minute}:00.000Z`
const request = (id: string, status: Request['status'] = 'PENDING', minute = 10): Request =>
  ({ id, status, createdAt: at(minute) }) as Request
const about = (id: string, ...requests: Request[]): InstallCase =>
  ({ id, scopes: [], approvedScopes: [], requests: { edges: requests.map((node) => ({ node })) } }) as never

test('new is what was asked for after the page was opened, and not what comes with the next page', () => {
  const memory = new Memory()
  const [old, first] = [about('old', request('1')), about('first', request('2', 'PENDING', 20))]
  memory.see([first])
  memory.see([about('late', request('3', 'PENDING', 30)), first, old])
  expect(['late', 'first', 'old'].map((id) => memory.isNew(id))).toEqual([true, false, false])

  memory.see([about('old', request('4', 'PENDING', 40), request('1'))])
  expect(memory.isNew('old')).toBe(true)
})

test('a case is pending until one of its requests was decided, or none is left', () => {
  const asked = about('case', request('1'), request('2'))
  const fate = (...known: [string, Request | null][]) => {
    const one = caseOf(asked, new Map(known))
    return { isPending: isPending(one), status: one.outcome?.status, isGone: one.isGone }
  }
  expect(fate()).toEqual({ isPending: true, status: undefined, isGone: false })
  const withdrawn = fate(['1', request('1', 'WITHDRAWN')])
  expect(withdrawn).toEqual({ isPending: true, status: undefined, isGone: false })
  const both = fate(['1', request('1', 'WITHDRAWN')], ['2', request('2', 'WITHDRAWN')])
  expect(both).toEqual({ isPending: false, status: 'WITHDRAWN', isGone: false })
  const decided = fate(['1', request('1', 'WITHDRAWN')], ['2', request('2', 'DENIED')])
  expect(decided).toEqual({ isPending: false, status: 'DENIED', isGone: false })
  expect(fate(['1', null], ['2', null])).toEqual({ isPending: false, status: undefined, isGone: true })
})
