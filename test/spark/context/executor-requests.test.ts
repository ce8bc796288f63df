import test from 'ava'

import type { SchedulerBackend } from '../../../src/spark/backend/index.ts'
import { ExecutorRequests } from '../../../src/spark/context/executor-requests.ts'
import type { SparkConf } from '../../../src/spark/index.ts'

interface Asked {
  readonly requests: ExecutorRequests
  /** What the backend was told, in its order. */
  readonly told: (number | string)[]
}

function start(running: readonly string[], conf: SparkConf = {}, isFixed: boolean = false): Asked {
  const told: (number | string)[] = []
  const fixed: SchedulerBackend = {
    defaultParallelism: 1,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    killExecutor: (executorId) => void told.push(executorId),
  }
  const backend: SchedulerBackend = isFixed
    ? fixed
    : { ...fixed, requestTotalExecutors: (total) => void told.push(total) }
  const requests = new ExecutorRequests(backend, conf, {
    write: () => undefined,
    level: 'off',
  } as never)
  for (const executorId of running) {
    requests.listener({ type: 'executor-added', executorId, host: 'h', pid: 1, slots: 1 })
  }
  return { requests, told }
}

test('more executors are asked for beyond those that run, or that were asked for', (t) => {
  const { requests, told } = start(['0', '1'])
  t.true(requests.requestMore(2))
  t.true(requests.requestMore(1))
  t.true(requests.requestTotal(3))
  t.deepEqual(told, [4, 5, 3])
  for (const count of [-1, 0.5]) {
    t.throws(() => requests.requestMore(count), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  }
})

test('executors that are killed are not replaced, and those that are unknown are passed over', (t) => {
  const { requests, told } = start(['0', '1', '2'])
  t.true(requests.kill(['1', '1', '7']))
  t.deepEqual(told, [2, '1'])
  t.false(requests.kill(['7']))
})

test('nothing is asked of a master with a fixed number of executors', (t) => {
  const { requests, told } = start(['driver'], {}, true)
  t.false(requests.requestMore(1))
  t.false(requests.kill(['driver']))
  t.deepEqual(told, [])
})

test('with dynamic allocation nobody else ends executors', (t) => {
  const { requests } = start(['0'], { 'spark.dynamicAllocation.enabled': true })
  t.throws(() => requests.kill(['0']), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
})
