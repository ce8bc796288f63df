import type { Pair, RDD, SparkConf, SparkContext } from '../../../src/spark/index.ts'

/** What a job works with. */
export interface Work {
  readonly sc: SparkContext
  /** For outputs and checkpoints. */
  readonly directory: string
}

/** Every task spills, and next to no memory is there for blocks. */
export const TIGHT: SparkConf = {
  'spark.shuffle.spill.numElementsForceSpillThreshold': 50,
  'spark.memory.fraction': 0.004,
  'spark.storage.unrollMemoryThreshold': 16_384,
}

const keyed = (sc: SparkContext): RDD<Pair<string, number>> =>
  sc.range(0, 3_000, 1, 4).map((n): Pair<string, number> => [`key ${n % 300}`, n])

const counted = async (rdd: RDD<Pair<string, number>>): Promise<string> => {
  const sizes = await rdd
    .groupByKey(3)
    .mapValues((values) => values.length)
    .collect()
  return `${sizes.length} keys of ${[...new Set(sizes.map(([, size]) => size))].join()}`
}
export const right: string = '300 keys of 10'

/** Answers `right`; `id` tells its outputs from others'. */
export type Job = (cluster: Work, id: string) => Promise<string>

export const shuffled: Job = ({ sc }) => counted(keyed(sc))

export const kept =
  (level: 'DISK_ONLY' | 'MEMORY_AND_DISK'): Job =>
  async ({ sc }) => {
    const rows = keyed(sc).mapValues((n) => ({ n, text: 'x'.repeat(1_000) }))
    const numbers = rows.persist(level).mapValues(({ n }) => n)
    await numbers.count()
    const result = await counted(numbers)
    await rows.unpersist(true)
    return result
  }

export const checkpointed: Job = async ({ sc, directory }, id) => {
  await sc.setCheckpointDir(`${directory}/checkpoints-${id}`)
  const rows = keyed(sc)
  rows.checkpoint()
  await rows.count()
  return counted(rows)
}

export const saved: Job = async ({ sc, directory }, id) => {
  const path = `${directory}/out-${id}`
  await keyed(sc)
    .map(([key, n]) => `${key},${n}`)
    .saveAsTextFile(path)
  const lines = sc.textFile(path).map((line) => line.split(','))
  return counted(lines.map(([key = '', n]): Pair<string, number> => [key, Number(n)]))
}
