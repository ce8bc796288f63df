import test from 'ava'

import {
  rateAt,
  scheduledBy,
  timeOf,
  type PacedSchedule,
} from '../../../src/throttler/load/schedule.ts'
import { beginSearch, searchNext } from '../../../src/throttler/load/index.ts'

const schedules: readonly PacedSchedule[] = [
  { type: 'constant', perSecond: 250 },
  { type: 'ramp', from: 10, to: 500, overMs: 5000 },
  { type: 'ramp', from: 500, to: 0, overMs: 5000 },
  { type: 'step', from: 100, by: 50, to: 275, everyMs: 1000 },
  { type: 'step', from: 300, by: -100, to: 50, everyMs: 700 },
  { type: 'sine', mean: 200, amplitude: 150, periodMs: 3000 },
]

test('what is scheduled by a time is the rate, summed up', (t) => {
  for (const schedule of schedules) {
    let sum = 0
    for (let ms = 0; ms < 9000; ms += 1) {
      sum += rateAt(schedule, ms + 0.5) / 1000
      if (ms % 500 === 499)
        t.true(Math.abs(scheduledBy(schedule, ms + 1) - sum) < 1e-2, `${schedule.type} ${ms}`)
    }
  }
})

test('the time of an operation is when so many are scheduled', (t) => {
  for (const schedule of schedules) {
    for (const count of [0.5, 1, 17, 333, 900]) {
      t.true(Math.abs(scheduledBy(schedule, timeOf(schedule, count)) - count) < 1e-3, schedule.type)
    }
  }
  t.is(timeOf({ type: 'constant', perSecond: 0 }, 1), Infinity)
  t.is(timeOf({ type: 'ramp', from: 500, to: 0, overMs: 1000 }, 251), Infinity)
})

test('a search finds the highest rate that keeps within its limit', (t) => {
  for (const capacity of [130, 777, 5000, 31_000]) {
    let search = beginSearch({
      latencyMs: 10,
      percentile: 99,
      fromPerSecond: 100,
      toPerSecond: 50_000,
    })
    let steps = 0
    while (!search.isOver) {
      steps += 1
      const perSecond = Math.min(search.perSecond, capacity)
      search = searchNext(search, {
        perSecond,
        latencyMs: search.perSecond > capacity ? 50 : 2,
        errors: 0,
      })
    }
    t.true(
      search.perSecond <= capacity && search.perSecond > capacity * 0.94,
      `${search.perSecond} of ${capacity}`,
    )
    t.true(steps < 20)
  }
})

test('a search that can reach nothing says 0, one without a limit its end', (t) => {
  const limits = { latencyMs: 10, percentile: 99, fromPerSecond: 100, toPerSecond: 800 }
  const none = searchNext(beginSearch(limits), { perSecond: 100, latencyMs: 11, errors: 0 })
  t.like(none, { isOver: true, perSecond: 0 })
  t.like(searchNext(beginSearch(limits), { perSecond: 100, latencyMs: 1, errors: 1 }), {
    isOver: true,
    perSecond: 0,
  })
  let all = beginSearch(limits)
  for (let at = 0; at < 4; at += 1)
    all = searchNext(all, { perSecond: all.perSecond, latencyMs: 1, errors: 0 })
  t.like(all, { isOver: true, perSecond: 800 })
})
