import test from 'ava'

import { faults } from '../../../src/actors/testkit/index.ts'
import { eventsOf, startDriver } from '../context/driver.ts'

const words = [
  'run-task',
  'task-succeeded',
  'task-failed',
  'load-stage',
  'register-executor',
  'registered',
  'result-ready',
  'read-result',
  'result-part',
  'map-output',
  'fetch-failed',
  'result',
] as const

for (const how of ['twice', 'late'] as const) {
  for (const type of words) {
    // Within the driver, what is told in order comes in order.
    if (how === 'late' && type === 'result') continue
    test(`in memory: each ${type} that arrives ${how} leaves results and accumulators as they are`, async (t) => {
      const { kit, sc, events } = startDriver(t, {
        conf: { 'spark.task.maxDirectResultSize': 10_000 },
      })
      const chaos = faults(kit)
      if (how === 'twice') chaos.duplicate('/user/**', { message: type })
      else chaos.delay('/user/**', 700, { message: type, every: 2, keepOrder: true })
      const seen = sc.longAccumulator('rows')
      const job = sc
        .range(0, 70, 1, 4)
        .map((n): [number, string] => [n % 7, 'x'.repeat(3_000)])
        .groupByKey(3)
        .flatMap(([key, values]) => {
          seen.add(1)
          return values.map((value) => `${key} ${value}`)
        })
      const rows = await kit.until(job.collect())
      t.is(rows.length, 70)
      t.is(new Set(rows).size, 7)
      t.is(Number(seen.value), 7)
      t.deepEqual(
        eventsOf(events, 'job-end').map(({ outcome }) => outcome),
        ['succeeded'],
      )
      await chaos.stop()
    })
  }
}
