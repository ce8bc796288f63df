import type { FaultTemplate, Play, Scenario, Stage } from '../../../actors/testkit/index.ts'
import type { Pair, SparkContext, SparkEvent } from '../../../spark/index.ts'
import { Cluster, MAX_FAULTS, TEXT_PATH, clusterWorld } from './cluster.ts'
import { watchCluster } from './invariants.ts'

export type Counts = readonly Pair<string, number>[]

export const TEXT: string =
  'the quick brown fox\njumps over the lazy dog\nand the fox sleeps\n'.repeat(40)
const ROUNDS = 3
const PAUSE_MS = 150

/** A job of three shuffles. */
function countWords(sc: SparkContext): Promise<Counts> {
  return sc
    .textFile(TEXT_PATH, 6)
    .flatMap((line) => line.split(' '))
    .map((word): Pair<string, number> => [word, 1])
    .reduceByKey((a, b) => a + b)
    .map(([word, count]): Pair<number, string> => [count, word])
    .groupByKey(4)
    .flatMap(([count, words]) => words.map((word): Pair<string, number> => [word, count]))
    .sortByKey(true, 3)
    .collect()
}

/** Floats, in an order that changes from run to run: equal within rounding. */
function averages(sc: SparkContext): Promise<readonly Pair<string, number>[]> {
  return sc
    .parallelize(
      Array.from({ length: 300 }, (_, n) => n),
      6,
    )
    .map((n): Pair<string, number> => [`key-${n % 17}`, 1 / (n + 1)])
    .reduceByKey((a, b) => a + b, 5)
    .collect()
}

function startRounds(stage: Stage): Promise<Play<readonly Counts[]>> {
  return playRounds(stage, new Cluster(stage, TEXT))
}

/** A cluster that jobs are played on, whatever its kind. */
export interface JobHouse {
  readonly events: readonly SparkEvent[]
  /** Once it has started. */
  readonly context: SparkContext
  start(): Promise<void>
  stop(): Promise<void>
}

/** The same two jobs a few times, with pauses. */
export function playRounds(
  stage: Stage,
  cluster: JobHouse,
  pauseMs: number = PAUSE_MS,
): Promise<Play<readonly Counts[]>> {
  const jobs = [countWords, averages].map((job) => () => job(cluster.context))
  return playJobs(stage, cluster, jobs, ROUNDS, pauseMs)
}

/** The results of some jobs, one after the other, in as many rounds, with a pause behind each. */
export async function playJobs<T>(
  stage: Stage,
  cluster: JobHouse,
  jobs: readonly ((round: number) => Promise<T>)[],
  rounds: number,
  pauseMs: number = PAUSE_MS,
): Promise<Play<readonly T[]>> {
  watchCluster(stage, cluster.events)
  await cluster.start()
  return {
    run: async () => {
      const results: T[] = []
      for (let round = 0; round < rounds; round += 1) {
        for (const job of jobs) results.push(await job(round))
        await stage.pause(pauseMs)
      }
      return results
    },
    stop: () => cluster.stop(),
  }
}

export const wear: readonly FaultTemplate[] = [
  { type: 'slow-link', from: 'driver', to: 'mesos-executor-main-*', forMs: [100, 2_000] },
  { type: 'freeze', node: 'mesos-executor-main-*', forMs: [50, 3_000] },
  { type: 'slow-node', node: '*', forMs: [100, 2_000] },
  { type: 'skew-clock', node: '*', offsetMs: [-3_600_000, 3_600_000], forMs: [100, 5_000] },
]

/** Master, agents, executors and driver: every link between them, and every process but the driver's, may break. */
export const cluster: Scenario<readonly Counts[]> = {
  name: 'cluster',
  description:
    'jobs on a simulated Mesos cluster while its agents, executors, master and links break',
  world: clusterWorld,
  limitMs: 300_000,
  restMs: 30_000,
  twin: 'once',
  faults: {
    atMost: 5,
    withinMs: [0, 2_500],
    kinds: [
      { type: 'kill-process', node: 'mesos-executor-main-*', weight: 3 },
      { type: 'kill-process', node: 'agent-*', weight: 2 },
      { type: 'crash-node', node: 'agent-*', weight: 2 },
      { type: 'kill-process', node: 'master' },
      {
        type: 'cut-link',
        from: 'driver',
        to: 'mesos-executor-main-*',
        forMs: [50, 9_000],
        weight: 2,
      },
      { type: 'cut-link', from: 'master', to: 'agent-*', forMs: [50, 9_000], weight: 2 },
      { type: 'cut-link', from: 'agent-*', to: 'master', forMs: [50, 9_000] },
      { type: 'cut-link', from: 'driver', to: 'master', forMs: [50, 9_000] },
      { type: 'reset-link', from: 'driver', to: '*', weight: 2 },
      { type: 'reset-link', from: 'master', to: 'agent-*', weight: 2 },
      { type: 'reset-link', from: 'agent-*', to: 'mesos-executor-main-*' },
      { type: 'half-open-link', from: 'driver', to: '*' },
      { type: 'half-open-link', from: 'master', to: 'agent-*' },
      { type: 'freeze', node: 'agent-*', forMs: [50, 6_000] },
      { type: 'freeze', node: 'master', forMs: [50, 6_000] },
      ...wear,
    ],
  },
  start: startRounds,
}

/** Blocks are lost in the middle of a reduce: executors and their threads end, the links between them break. */
export const shuffle: Scenario<readonly Counts[]> = {
  name: 'shuffle',
  description:
    'shuffle blocks are lost in the middle of a reduce, and the maps that made them run again',
  world: clusterWorld,
  limitMs: 300_000,
  restMs: 30_000,
  twin: 'once',
  faults: {
    atLeast: 2,
    atMost: MAX_FAULTS,
    withinMs: [0, 1_500],
    kinds: [
      { type: 'kill-process', node: 'mesos-executor-main-*', weight: 4 },
      { type: 'kill-thread', node: 'mesos-executor-main-*', weight: 3 },
      { type: 'block-thread', node: 'mesos-executor-main-*', forMs: [50, 3_000] },
      {
        type: 'cut-link',
        from: 'mesos-executor-main-*',
        to: 'mesos-executor-main-*',
        forMs: [50, 6_000],
        weight: 2,
      },
      { type: 'reset-link', from: 'mesos-executor-main-*', to: 'mesos-executor-main-*', weight: 3 },
      { type: 'half-open-link', from: 'mesos-executor-main-*', to: 'mesos-executor-main-*' },
      { type: 'fill-disk', node: 'mesos-executor-main-*', forMs: [20, 1_000] },
      ...wear,
    ],
  },
  start: startRounds,
}
