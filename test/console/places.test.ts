import { expect, test } from 'vitest'
import { type Objects, placeOf } from '../../client-demo/history/useObjects.ts'
import { sayAgo } from '../../client-demo/ui/times.ts'

const places: readonly [object: object, place: string | undefined][] = [
  [{ __typename: 'User' }, '/org_1/members'],
  [{ __typename: 'App', name: 'Log', publisher: { id: 'org_1' } }, '/org_1/apps/x_1'],
  [{ __typename: 'App', name: 'Sea & Sky', publisher: { id: 'org_2' } }, '/org_1/installations?q=Sea+%26+Sky'],
  [{ __typename: 'Installation', app: { name: 'Log' } }, '/org_1/installations?q=Log'],
  [{ __typename: 'Grant', app: { id: 'app_1' }, user: { id: 'usr_1' } }, '/org_1/grants?app=app_1&user=usr_1'],
  [{ __typename: 'Grant', app: { id: 'app_1' }, user: null }, '/org_1/grants?app=app_1'],
  [{ __typename: 'InstallRequest', status: 'PENDING', app: { name: 'Log' } }, '/org_1/requests'],
  [{ __typename: 'InstallRequest', status: 'APPROVED', app: { name: 'Log' } }, '/org_1/installations?q=Log'],
  [{ __typename: 'InstallRequest', status: 'DENIED', app: { name: 'Log' } }, '/org_1/requests?view=denied'],
  [{ __typename: 'InstallRequest', status: 'WITHDRAWN', app: { name: 'Log' } }, undefined],
]

test.each(places)('%j stands at %s', (object, place) => {
  const objects = new Map([['x_1', { id: 'x_1', ...object }]]) as unknown as Objects
  expect(placeOf(objects, 'org_1', 'x_1')).toBe(place)
})

test('what is gone, or nothing at all, stands nowhere', () => {
  expect(placeOf(new Map(), 'org_1', 'x_1')).toBeUndefined()
  expect(placeOf(new Map(), 'org_1', null)).toBeUndefined()
})

const monday = new Date(2026, 10, 23, 9, 30)
const ago = (...at: [number, number, number, number, number]) => sayAgo('en', new Date(...at), monday.getTime())

test('days that are past are those of the calendar', () => {
  expect(ago(2026, 10, 22, 22, 0)).toBe('11 hours ago')
  expect(ago(2026, 10, 22, 8, 0)).toBe('1 day ago')
  expect(ago(2026, 10, 21, 23, 0)).toBe('2 days ago')
  expect(ago(2026, 10, 21, 8, 0)).toBe('2 days ago')
})

test('what ends in seven days still does a moment later', () => {
  expect(sayAgo('en', new Date(monday.getTime() + 7 * 86_400_000 - 5_000), monday.getTime())).toBe('in 7 days')
})
