import test from 'ava'

import {
  DEFAULT_HEALTH,
  emptyHealth,
  healthTransition,
  nextEndMs,
  whyExcluded,
  type HealthEvent,
  type HealthSettings,
} from '../../../src/spark/scheduler/executor-registry/index.ts'

const HOUR = 3_600_000

function table(settings: Partial<HealthSettings> = {}): {
  readonly step: (event: HealthEvent, nowMs?: number) => string[]
  readonly fails: (executorId: string, set: string, ...tasks: number[]) => string[]
  readonly state: ReturnType<typeof emptyHealth>
} {
  const state = emptyHealth({ ...DEFAULT_HEALTH, ...settings })
  const step = (event: HealthEvent, nowMs = 0): string[] =>
    healthTransition(state, event, nowMs)[1].map((effect) => {
      const what = 'executorId' in effect ? effect.executorId : effect.host
      return `${effect.type} ${what}`
    })
  const fails = (executorId: string, taskSetId: string, ...tasks: number[]): string[] => {
    const host = executorId.slice(0, 1)
    return step({ type: 'set-succeeded', taskSetId, failures: [{ executorId, host, tasks }] })
  }
  return { step, fails, state }
}

test('two tasks that failed on an executor, of sets that succeeded, exclude it; two such executors their host', (t) => {
  const { fails, state } = table()
  t.deepEqual(fails('a1', '0.0', 3), [])
  t.deepEqual(fails('a1', '0.0', 3), [], 'the same task')
  t.deepEqual(fails('a1', '1.0', 3), ['exclude-executor a1'])
  t.deepEqual(fails('a1', '2.0', 1, 2), [], 'it is excluded already')
  t.is(whyExcluded(state, 'a2', 'a'), undefined)
  t.deepEqual(fails('a2', '1.0', 1, 2), ['exclude-executor a2', 'exclude-node a'])
  t.regex(whyExcluded(state, 'a3', 'a') ?? '', /host a is excluded/)
  t.is(whyExcluded(state, 'b1', 'b'), undefined)
})

test('after an hour all is forgotten', (t) => {
  const { step, fails, state } = table()
  fails('a1', '0.0', 1, 2)
  fails('a2', '0.0', 1, 2)
  t.is(nextEndMs(state), HOUR)
  t.deepEqual(step({ type: 'time-passed' }, HOUR - 1), [])
  t.deepEqual(step({ type: 'time-passed' }, HOUR), [
    'include-executor a1',
    'include-executor a2',
    'include-node a',
  ])
  t.is(nextEndMs(state), undefined)
  fails('b1', '0.0', 1)
  const failures = [{ executorId: 'b1', host: 'b', tasks: [2] }]
  t.deepEqual(step({ type: 'set-succeeded', taskSetId: '0.0', failures }, 2 * HOUR), [])
})

test('an executor that has gone is counted for its host, and its failures are forgotten', (t) => {
  const { step, fails } = table()
  fails('a1', '0.0', 1, 2)
  step({ type: 'executor-removed', executorId: 'a1' })
  t.deepEqual(fails('a2', '0.0', 1, 2), ['exclude-executor a2', 'exclude-node a'])
  fails('b1', '0.0', 1)
  step({ type: 'executor-removed', executorId: 'b1' })
  t.deepEqual(fails('b1', '0.0', 2), [])
})

test('a failed fetch excludes an executor at once, if it is to count', (t) => {
  const event = { type: 'fetch-failed', executorId: 'a1', host: 'a' } as const
  t.deepEqual(table().step(event), [])
  const counting = table({ countsFetchFailures: true })
  t.deepEqual(counting.step(event), ['exclude-executor a1'])
  t.deepEqual(counting.step(event), [])
})
