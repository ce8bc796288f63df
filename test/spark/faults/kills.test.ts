import test from 'ava'

import type { Pair, SparkContext } from '../../../src/spark/index.ts'
import { until } from '../cluster/house.ts'
import { disturbedCluster, type Rule } from './disturbance.ts'

/** Every task spills. */
const TIGHT = { 'spark.shuffle.spill.numElementsForceSpillThreshold': 50 }

const rows = Array.from({ length: 4_000 }, (_, i): Pair<string, number> => [`key ${i % 300}`, i])

const groups = async (sc: SparkContext): Promise<readonly Pair<string, number>[]> => {
  const grouped = sc.parallelize(rows, 4).persist('DISK_ONLY').groupByKey(3)
  return (await grouped.mapValues((values) => values.length).collect()).sort()
}

const expected = Array.from({ length: 300 }, (_, key): Pair<string, number> => {
  return [`key ${key}`, Math.ceil((4_000 - key) / 300)]
}).sort()

const kill = (name: string, on: Rule['on'], path: string, more: Partial<Rule> = {}): Rule => {
  return { name, on, path, then: 'SIGKILL', isOnce: true, ...more }
}

/** An access that is made in one phase only. */
const phases: readonly Rule[] = [
  kill('map', 'write', 'shuffle_\\d+_\\d+_\\d+\\.data\\.tmp$'),
  kill('spill', 'write', 'temp_local_'),
  kill('commit', 'open', '\\.index(\\.tmp)?$', { inThread: 'task' }),
  kill('serve', 'read', '\\.data$', { inThread: 'main' }),
  kill('reduce', 'read', '\\.data$', { inThread: 'task' }),
  kill('merge', 'read', 'temp_local_'),
  kill('cache', 'write', 'rdd_\\d+_\\d+_'),
]

/** Put in force when the reduce stage begins: its accesses look like those of the map stage. */
const ofReduce: readonly Rule[] = [
  kill('reduce-spill', 'write', 'temp_local_'),
  kill('reduce-merge', 'read', 'temp_local_'),
]

test.serial(
  'an executor process killed with SIGKILL in any phase of a shuffle costs time, and no rows',
  async (t) => {
    const cluster = await disturbedCluster(t, [...phases, ...ofReduce], TIGHT)
    const { sc, pids } = cluster
    let reduceRule: string | undefined
    let stages = 0
    sc.addListener((event) => {
      if (event.type !== 'stage-submitted') return
      stages += 1
      if (stages === 2 && reduceRule !== undefined) cluster.arm(reduceRule)
    })
    t.deepEqual(await groups(sc), expected)
    for (const { name } of [...phases, ...ofReduce]) {
      const before = pids.size
      stages = 0
      reduceRule = ofReduce.find((rule) => rule.name === name)?.name
      const armed = reduceRule === undefined ? [name] : []
      const { result } = await cluster.under(armed, () => groups(sc))
      t.deepEqual(result, expected, name)
      // One was killed, and is replaced.
      await until(() => pids.size === before + 1)
    }
    await cluster.end()
  },
)
