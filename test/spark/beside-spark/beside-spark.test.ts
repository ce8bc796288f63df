import { join } from 'node:path'
import fc from 'fast-check'

import { SparkContext } from '../../../src/spark/index.ts'
import { foreign, need, testWith } from '../../mesos/foreign/programs.ts'
import { EDGES, ELSE } from './bad-arguments.ts'
import { differences } from './compare.ts'
import { drawTrials } from './draw-trials.ts'
import type { Trial } from './program.ts'
import { answersOf } from './run-program.ts'
import { answersOfSpark } from './spark-itself.ts'

const spark = await foreign('spark')
const beside = await foreign('spark-beside')

const seed = fc.readConfigureGlobal().seed ?? 1

testWith(spark, beside)(
  'chains of operators come to what they come to on Spark itself, in as many partitions, with the same partitioner',
  async (t) => {
    t.timeout(300_000)
    const drawn = drawTrials(seed, 80)
    const edges = EDGES.map((trial) => ({ trial, promised: 'order' as const }))
    const others = ELSE.flatMap(({ trials }) => trials)
    const asked = [...drawn, ...edges]
    const all: readonly Trial[] = [...asked.map(({ trial }) => trial), ...others]
    const home = join(need(t, spark), 'spark')
    const theirs = await answersOfSpark(home, need(t, beside), all)
    const sc = await SparkContext.create({ master: 'local[2,1]', appName: 'beside Spark' })
    try {
      for (const [i, { trial, promised }] of asked.entries()) {
        const found = differences(trial, promised, await answersOf(sc, trial), theirs[i] ?? [])
        const { source, ops } = trial
        t.deepEqual(found, [], `seed ${seed}: ${JSON.stringify({ source, ops })}`)
      }
      for (const [i, trial] of others.entries()) {
        const ours = await answersOf(sc, trial)
        const found = differences(trial, 'order', ours, theirs[asked.length + i] ?? [])
        t.not(found.length, 0, `no longer different: ${JSON.stringify(trial)}`)
      }
    } finally {
      await sc.stop()
    }
  },
)
