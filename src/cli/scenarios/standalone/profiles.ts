import type { Scenario, Stage } from '../../../actors/testkit/index.ts'
import {
  ExecutorResourceRequests,
  ResourceProfileBuilder,
  TaskResourceRequests,
  type Pair,
  type ResourceProfile,
  type SparkContext,
} from '../../../spark/index.ts'
import { TEXT, TEXT_PATH, playJobs, type Counts } from '../cluster/index.ts'
import { EXECUTORS, StandaloneHouse, standaloneWorld } from './house.ts'
import { watchExecutors, watchWorkers } from './invariants.ts'

const ROUNDS = 3
/** Long enough for executors to be idle, and to go. */
const PAUSE_MS = 4_000

const work = {
  // Executors with map outputs of a job keep their cores: there is to be room besides for those that read them.
  cores: 4,
  executors: 0,
  conf: {
    'spark.executor.cores': 1,
    'spark.dynamicAllocation.enabled': true,
    'spark.dynamicAllocation.maxExecutors': 2,
    'spark.dynamicAllocation.schedulerBacklogTimeout': '200ms',
    'spark.dynamicAllocation.executorIdleTimeout': '1s',
    'spark.dynamicAllocation.shuffleTracking.timeout': '2s',
  },
}

/** Executors of two cores, which a task takes both of. */
function large(): ResourceProfile {
  const executors = new ExecutorResourceRequests().cores(2).memory('300m')
  const tasks = new TaskResourceRequests().cpus(2)
  return new ResourceProfileBuilder().require(executors).require(tasks).build()
}

/** The map stage of one kind of executors, the reduce stage of another. */
function count(sc: SparkContext, profile: ResourceProfile): Promise<Counts> {
  return sc
    .textFile(TEXT_PATH, 4)
    .flatMap((line) => line.split(' '))
    .map((word): Pair<string, number> => [word, 1])
    .reduceByKey((a, b) => a + b, 3)
    .mapValues((n) => n * 2)
    .withResources(profile)
    .sortByKey(true, 2)
    .collect()
}

/** Executors of two kinds come and go with the stages that want them, and are lost besides. */
export const profiles: Scenario<readonly Counts[]> = {
  name: 'profiles',
  description:
    'jobs on a standalone cluster whose stages want executors of two kinds, which come and go, and are lost besides',
  world: standaloneWorld,
  limitMs: 300_000,
  restMs: 60_000,
  twin: 'once',
  faults: {
    atMost: 4,
    withinMs: [0, 12_000],
    kinds: [
      { type: 'kill-process', node: `${EXECUTORS}*`, weight: 5 },
      { type: 'freeze', node: `${EXECUTORS}*`, forMs: [50, 3_000] },
      { type: 'kill-process', node: 'worker-*', weight: 2 },
      { type: 'kill-process', node: 'master-*', weight: 2 },
      { type: 'cut-link', from: 'worker-*', to: 'master-*', forMs: [50, 9_000] },
      { type: 'reset-link', from: 'driver', to: 'master-*', weight: 2 },
      { type: 'slow-link', from: 'driver', to: `${EXECUTORS}*`, forMs: [100, 2_000] },
      { type: 'slow-node', node: '*', forMs: [100, 2_000] },
    ],
  },
  start(stage: Stage) {
    const house = new StandaloneHouse(stage, TEXT, TEXT_PATH, work)
    watchWorkers(stage)
    watchExecutors(stage, house.events)
    let profile: ResourceProfile | undefined
    const job = (): Promise<Counts> => count(house.context, (profile ??= large()))
    return playJobs(stage, house, [job], ROUNDS, PAUSE_MS)
  },
}
