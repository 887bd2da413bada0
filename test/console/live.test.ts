import { afterEach, expect, test, vi } from 'vitest'
import { batch, nextFrame, paced } from '../../client-demo/api/live/batch.ts'
import { onSleep } from '../../client-demo/api/live/sleep.ts'
import { together } from '../../client-demo/api/live/status.ts'
import { touchedBy } from '../../client-demo/api/live/touches.ts'
import { EventType } from '../../src/database/generated/client/enums.ts'
import { PlayedTimer } from './played.ts'

afterEach(() => void vi.unstubAllGlobals())

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

test('what waits for a frame does not wait for it in a tab that is hidden meanwhile', () => {
  const document = Object.assign(new EventTarget(), { hidden: false })
  let draw = () => {}
  vi.stubGlobal('document', document)
  vi.stubGlobal('requestAnimationFrame', (call: () => void) => {
    draw = call
    return 1
  })
  vi.stubGlobal('cancelAnimationFrame', () => {
    draw = () => {}
  })
  let flushes = 0
  nextFrame(() => flushes++)
  document.hidden = true
  document.dispatchEvent(new Event('visibilitychange'))
  expect(flushes).toBe(1)
  draw()
  document.dispatchEvent(new Event('visibilitychange'))
  expect(flushes).toBe(1)

  document.hidden = false
  nextFrame(() => flushes++)
  draw()
  document.dispatchEvent(new Event('visibilitychange'))
  expect(flushes).toBe(2)
})

test('that the computer slept is seen by the clock', async () => {
  const timer = new PlayedTimer()
  let sleeps = 0
  onSleep(() => sleeps++, timer)
  for (let times = 0; times < 20; times++) await timer.advance(6_000)
  expect(sleeps).toBe(0)
  await timer.advance(60_000)
  expect(sleeps).toBe(1)
  await timer.advance(5_000)
  expect(sleeps).toBe(1)
})
