import type { FaultTemplate, Play, Scenario, Stage } from '../../../actors/testkit/index.ts'
import { BarrierTaskContext, type Pair } from '../../../spark/index.ts'
import { Cluster, MAX_FAULTS, clusterWorld } from './cluster.ts'
import { TEXT, playJobs, playRounds, wear, type Counts } from './scenarios.ts'

const base = { world: clusterWorld, limitMs: 300_000, restMs: 30_000, twin: 'once' } as const
const executors = 'mesos-executor-main-*'

/** What ends executors, or cuts them off. */
const losses: readonly FaultTemplate[] = [
  { type: 'kill-process', node: executors, weight: 4 },
  { type: 'kill-thread', node: executors, weight: 2 },
  { type: 'cut-link', from: 'driver', to: executors, forMs: [50, 9_000], weight: 2 },
  { type: 'reset-link', from: 'driver', to: '*', weight: 2 },
  { type: 'half-open-link', from: 'driver', to: executors },
  ...wear,
]

/** The sums of three partitions, which each of them learns of the others; then by a shuffle. */
async function gather(
  { context }: Cluster,
  round: number,
): Promise<readonly Pair<string, number>[]> {
  const told = context
    .parallelize([1, 2, 3, 4, 5, 6, 7, 8, 9], 3)
    .barrier()
    .mapPartitionsWithIndex(async (index, rows): Promise<Pair<string, number>[]> => {
      const barrier = BarrierTaskContext.get()
      const sum = (await rows.toArray()).reduce((all, row) => all + row, round)
      const all = await barrier.allGather(`${index}:${sum}`)
      await barrier.barrier()
      return all.map((one) => [one, 1])
    })
  const seen = await told.reduceByKey((a, b) => a + b, 2).collect()
  return [...seen].sort()
}

/** Tasks that wait for each other, while executors are lost. */
export const barrier: Scenario<readonly Counts[]> = {
  ...base,
  name: 'barrier',
  description: 'barrier stages run again as a whole while executors, threads and links break',
  faults: { atLeast: 1, atMost: MAX_FAULTS, withinMs: [0, 1_500], kinds: losses },
  start: (stage: Stage): Promise<Play<readonly Counts[]>> => {
    const check = { 'spark.scheduler.barrier.maxConcurrentTasksCheck.interval': '1s' }
    const cluster = new Cluster(stage, TEXT, check)
    return playJobs(stage, cluster, [(round) => gather(cluster, round)], 3)
  },
}

/** Executors come and go with the work, and are lost besides. */
export const allocation: Scenario<readonly Counts[]> = {
  ...base,
  name: 'allocation',
  description: 'jobs whose executors come and go with the work, and are lost besides',
  faults: { atMost: 4, withinMs: [0, 8_000], kinds: losses },
  start: (stage: Stage): Promise<Play<readonly Counts[]>> => {
    const conf = {
      'spark.dynamicAllocation.enabled': true,
      'spark.dynamicAllocation.schedulerBacklogTimeout': '200ms',
      'spark.dynamicAllocation.executorIdleTimeout': '1s',
      'spark.dynamicAllocation.shuffleTracking.timeout': '2s',
    }
    return playRounds(stage, new Cluster(stage, TEXT, conf, 0), 4_000)
  },
}

/** Each task is a task of the master, which may end, and so may agents and executors. */
export const tasks: Scenario<readonly Counts[]> = {
  ...base,
  name: 'tasks',
  description: 'jobs whose tasks are tasks of a Mesos master, while what runs them breaks',
  faults: {
    atMost: 5,
    withinMs: [0, 4_000],
    kinds: [
      ...losses,
      { type: 'kill-process', node: 'agent-*', weight: 2 },
      { type: 'kill-process', node: 'master' },
      { type: 'cut-link', from: 'driver', to: 'master', forMs: [50, 9_000] },
      { type: 'cut-link', from: 'master', to: 'agent-*', forMs: [50, 9_000] },
      { type: 'reset-link', from: 'master', to: 'agent-*', weight: 2 },
      { type: 'reset-link', from: 'agent-*', to: executors, weight: 2 },
      { type: 'freeze', node: 'master', forMs: [50, 6_000] },
    ],
  },
  start: (stage: Stage): Promise<Play<readonly Counts[]>> => {
    const conf = { 'spark.mesos.coarse': false, 'spark.mesos.mesosExecutor.cores': 0.5 }
    return playRounds(stage, new Cluster(stage, TEXT, conf, 0, 'cpus:2.5;mem:1024'))
  },
}

/** Executors, their threads and the driver are slow; tasks run twice, and count once. */
export const stragglers: Scenario<readonly Counts[]> = {
  ...base,
  name: 'stragglers',
  description: 'tasks that run a second time, while executors and the driver are slow',
  faults: {
    atLeast: 1,
    atMost: 5,
    withinMs: [0, 1_500],
    kinds: [
      { type: 'slow-node', node: executors, forMs: [500, 4_000], weight: 3 },
      { type: 'freeze', node: executors, forMs: [500, 4_000], weight: 3 },
      { type: 'block-thread', node: executors, forMs: [500, 4_000], weight: 3 },
      { type: 'slow-node', node: 'driver', forMs: [500, 4_000], weight: 3 },
      { type: 'freeze', node: 'driver', forMs: [100, 2_000], weight: 2 },
      ...wear,
    ],
  },
  start: (stage: Stage): Promise<Play<readonly Counts[]>> => {
    const conf = { 'spark.speculation': true, 'spark.speculation.quantile': 0.5 }
    return playRounds(stage, new Cluster(stage, TEXT, conf))
  },
}
