import { Socket } from 'node:net'

import test, { type ExecutionContext } from 'ava'

import type { SparkContext, SparkEvent } from '../../../src/spark/index.ts'
import { startDriver } from '../context/driver.ts'
import { environment, until } from '../cluster/house.ts'
import { disturbedCluster } from './disturbance.ts'

/** A cluster, or one in memory. */
interface Place {
  readonly sc: SparkContext
  readonly events: readonly SparkEvent[]
  readonly settle: <T>(promise: Promise<T>) => Promise<T>
}

interface Failure extends Error {
  readonly code: string
  readonly cause?: Failure
}

async function failureOf(job: Promise<unknown>): Promise<Failure> {
  return job.then(
    () => ({ code: 'none', name: 'none', message: 'it went well' }),
    (error: unknown) => error as Failure,
  )
}

const HERE = /functions\.test\.[jt]s:\d+/
const failures = (events: readonly SparkEvent[]): number =>
  events.filter((event) => event.type === 'task-failed').length

/** What a function does wrong, wherever it runs. */
async function wrongAnywhere(t: ExecutionContext, place: Place): Promise<void> {
  const { sc, events, settle } = place
  const one = sc.parallelize([1, 2], 2)
  const threw = await settle(
    failureOf(
      one
        .map((n) => {
          if (n === 2) throw new RangeError(`no ${n}`)
          return n
        })
        .collect(),
    ),
  )
  t.is(threw.code, 'TROUPE_SPARK_JOB_FAILED')
  t.is(threw.cause?.name, 'RangeError')
  t.regex(threw.message, /failed 2 times, .*RangeError: no 2/)
  t.regex(threw.cause?.stack ?? '', HERE, 'the line of the function')
  t.regex(threw.stack?.split('of an action called')[1] ?? '', HERE, 'the line of the action')
  t.is(failures(events), 2)

  const rejected = await settle(
    failureOf(one.map((n) => Promise.reject<number>(new TypeError(`not ${n}`))).count()),
  )
  t.is(rejected.cause?.name, 'TypeError')
  t.regex(rejected.cause?.stack ?? '', HERE)

  const before = failures(events)
  const unfit = await settle(failureOf(one.map((n) => ({ n, show: () => n })).collect()))
  t.is(unfit.cause?.code, 'TROUPE_SPARK_ROW_UNENCODABLE')
  t.regex(unfit.message, /rows\[0\]\.show is a function/)
  const shuffled = await settle(
    failureOf(
      one
        .map((n): [number, unknown] => [n, new WeakMap()])
        .groupByKey()
        .count(),
    ),
  )
  t.is(shuffled.cause?.code, 'TROUPE_SPARK_ROW_UNENCODABLE')
  // No other try would mend these.
  t.true(failures(events) - before <= 4)

  const started = (): number => events.filter(({ type }) => type === 'task-start').length
  const startedBefore = started()
  const socket = new Socket()
  const captured = await settle(failureOf(one.map((n) => n + socket.bytesRead).collect()))
  t.regex(captured.code, /^TROUPE_SPARK_|^TROUPE_CLOSURE_/)
  t.regex(captured.message, /socket/)
  t.regex(captured.stack ?? '', HERE)
  t.is(started(), startedBefore, 'no task was started')
  t.deepEqual(await settle(one.collect()), [1, 2])
}

test('in memory: functions that throw, reject, or answer what can not travel fail their job with their own lines', async (t) => {
  const { kit, sc, events } = startDriver(t, { conf: { 'spark.task.maxFailures': 2 } })
  await wrongAnywhere(t, { sc, events, settle: (promise) => kit.until(promise) })
})

test.serial(
  'in executor processes: functions that throw, reject, hang, exit, or eat memory end clearly, and executors live on',
  async (t) => {
    const cluster = await disturbedCluster(t, [], { 'spark.task.maxFailures': 2 })
    const { sc, events, pids, directory } = cluster
    await wrongAnywhere(t, { sc, events, settle: (promise) => promise })
    const one = sc.parallelize([1], 1)
    const isAlive = (): boolean =>
      [...pids.values()].every((pid) => environment.processes.isAlive(pid))

    for (const how of ['turns', 'waits'] as const) {
      const path = `${directory}/${how}`
      const abort = new AbortController()
      const endless = one.mapPartitionsWithIndex(async (_, rows, { disk }) => {
        await disk.writeFile(path, new Uint8Array(0))
        if (how === 'waits') await new Promise(() => undefined)
        for (;;) if (how !== 'turns') return rows
      })
      const ended = failureOf(endless.collect({ signal: abort.signal }))
      await until(async () => (await environment.disk.stat(path)) !== undefined)
      abort.abort()
      const { code, stack } = await ended
      t.is(code, 'TROUPE_SPARK_JOB_CANCELLED')
      t.regex(stack ?? '', HERE)
      t.deepEqual(await sc.parallelize([1, 2, 3, 4], 4).collect(), [1, 2, 3, 4])
    }

    const exited = await failureOf(one.map((n) => (n > 0 ? process.exit(3) : n)).collect())
    t.is(exited.code, 'TROUPE_SPARK_JOB_FAILED')
    t.is(exited.cause?.code, 'TROUPE_SPARK_TASK_THREAD_LOST')
    t.regex(exited.message, /code 3/)
    t.regex(exited.stack ?? '', HERE)
    t.true(isAlive())

    const eaten = await failureOf(
      one
        .map((n) => {
          const eaten: number[][] = []
          while (n > 0) eaten.push(new Array<number>(1_000).fill(eaten.length))
          return eaten.length
        })
        .collect(),
    )
    t.is(eaten.code, 'TROUPE_SPARK_JOB_FAILED')
    t.regex(eaten.message, /memory|heap/i)
    t.regex(eaten.stack ?? '', HERE)
    t.deepEqual(await sc.parallelize([1, 2, 3, 4], 4).collect(), [1, 2, 3, 4])
    t.true(isAlive())
    await cluster.end()
  },
)
