import { expect, test } from 'vitest'
import { batch, paced } from '../../client-demo/api/live/batch.ts'
import { together } from '../../client-demo/api/live/status.ts'
import { touchedBy } from '../../client-demo/api/live/touches.ts'
import { EventType } from '../../src/database/generated/client/enums.ts'
import { PlayedTimer } from './played.ts'

test('the status of all streams is that of the worst', () => {
  expect(together([], true)).toBe('connecting')
  expect(together(['live', 'connecting'], true)).toBe('connecting')
  expect(together(['live', 'reconnecting', 'connecting'], true)).toBe('reconnecting')
  expect(together(['live', 'live'], true)).toBe('live')
  expect(together(['live'], false)).toBe('offline')
})

test('what comes within a frame is handed over together, and in order', () => {
  const handed: (readonly number[])[] = []
  let flush = () => {}
  const collect = batch<number>(
    (items) => handed.push(items),
    (next) => {
      flush = next
    },
  )
  for (const number of [1, 2, 3]) collect(number)
  flush()
  collect(4)
  flush()
  expect(handed).toEqual([[1, 2, 3], [4]])
})

test('what comes after a while is handed over with the next frame, what comes in a row ten times a second', async () => {
  const timer = new PlayedTimer()
  const handed: [at: number, count: number][] = []
  const schedule = paced((flush) => flush(), timer)
  const collect = batch<number>((items) => handed.push([timer.now(), items.length]), schedule)
  for (let time = 0; time < 250; time += 10) {
    collect(time)
    await timer.advance(10)
  }
  await timer.advance(50)
  await timer.advance(1_000)
  collect(0)
  expect(handed).toEqual([
    [0, 1],
    [100, 9],
    [200, 10],
    [300, 5],
    [1_300, 1],
  ])
})

test.each(Object.values(EventType))('%s touches fields that the console knows of', (type) => {
  expect(touchedBy([{ type }])?.size).toBeGreaterThan(0)
})

test('an event of a type that the console does not know touches everything', () => {
  expect(touchedBy([{ type: 'APP_CREATED' }, { type: 'MOON_ROSE' as never }])).toBeUndefined()
})
