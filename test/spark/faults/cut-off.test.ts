import test from 'ava'

import { faults } from '../../../src/actors/testkit/index.ts'
import { environment, until } from '../cluster/house.ts'
import { disturbedCluster, type Rule } from './disturbance.ts'
import { TIGHT, checkpointed, right, saved, shuffled, type Job } from './jobs.ts'

const strike = (name: string, on: Rule['on'], path: string, more: Partial<Rule> = {}): Rule => {
  return { name, on, path, then: 'SIGKILL', isOnce: true, ...more }
}

const works: readonly (Rule & { readonly job: Job })[] = [
  { ...strike('output', 'write', '/out-.*part-'), job: saved },
  // It has the right to commit, and nobody else gets it before it is gone.
  { ...strike('output-commit', 'rename', '/_temporary/attempt-'), job: saved },
  { ...strike('checkpoint', 'write', '/checkpoints-.*part-'), job: checkpointed },
  {
    ...strike('stopped', 'read', '\\.data$', { inThread: 'main', then: 'SIGSTOP' }),
    job: shuffled,
  },
]

test.serial(
  'an executor process that is killed while it commits, or stopped while it serves, costs time, and no rows',
  async (t) => {
    const cluster = await disturbedCluster(
      t,
      works.map(({ job: _, ...rule }) => rule),
      TIGHT,
    )
    const { pids } = cluster
    for (const { name, job } of works) {
      const before = pids.size
      const { result } = await cluster.under([name], () => job(cluster, name))
      t.is(result, right, name)
      await until(() => pids.size === before + 1)
    }
    await cluster.end()
  },
)

test.serial(
  'an executor process that is killed while its result is fetched, and a driver that is slow, cost time only',
  async (t) => {
    const cluster = await disturbedCluster(t, [])
    const { sc, system, pids, events } = cluster
    const rows = sc.range(0, 40, 1, 4).map((n) => `${n} ${'x'.repeat(200_000)}`)
    const chaos = faults({ system, environment, processes: Object.fromEntries(pids) })
    chaos.inject({
      type: 'kill-process',
      node: '0',
      at: { actor: '/user/**', message: 'result-ready' },
    })
    t.is((await rows.collect()).length, 40)
    chaos.expectAllFired()
    await chaos.stop()
    await until(() => pids.size === 3)
    // Its loop stands still for a while at each start of a task.
    const still = new Int32Array(new SharedArrayBuffer(4))
    const stop = sc.addListener((event) => {
      if (event.type === 'task-start') Atomics.wait(still, 0, 0, 250)
    })
    const removed = events.filter(({ type }) => type === 'executor-removed').length
    t.is(await shuffled(cluster, 'slow'), right)
    stop()
    t.is(events.filter(({ type }) => type === 'executor-removed').length, removed)
    await cluster.end()
  },
)

test.serial(
  'executors that can not reach each other compute blocks again, or the job ends and says so',
  async (t) => {
    const refused: Rule = { name: 'refused', on: 'connect', path: '', then: 'EHOSTUNREACH' }
    const cluster = await disturbedCluster(t, [refused], {
      'spark.network.timeout': '5s',
      'spark.executor.heartbeatInterval': '2s',
    })
    const always = await cluster.under(['refused'], () =>
      shuffled(cluster, 'always').catch((error: unknown) => error),
    )
    t.true(always.fired > 0)
    if (always.result !== right) {
      const { code, message, stack } = always.result as Error & { readonly code: string }
      t.is(code, 'TROUPE_SPARK_JOB_FAILED')
      t.regex(message, /unreachable/)
      t.regex(stack ?? '', /cut-off\.test\.[jt]s:\d+|jobs\.[jt]s:\d+/)
    }
    await cluster.end()
  },
)
