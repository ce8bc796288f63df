import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

import { SparkContext, type SparkEvent } from '../../../src/spark/index.ts'
import { foreign, need, testWith } from '../../mesos/foreign/programs.ts'
import { answerOf, differences, startHistoryServer, untilListed } from './history-server.ts'

const spark = await foreign('spark')

/** What stands behind `/applications/<id>`. */
const PATHS = [
  '',
  '/jobs',
  '/jobs?status=failed',
  '/jobs/0',
  '/jobs/99',
  '/stages',
  '/stages?status=complete&status=skipped',
  '/stages?details=true&withSummaries=true',
  '/stages?details=true&taskStatus=failed',
  '/stages?withSummaries=true&quantiles=0.1,0.9',
  '/stages/0',
  '/stages/0?details=false',
  '/stages/0/0?withSummaries=true',
  '/stages/0/9',
  '/stages/99',
  '/stages/0/0/taskSummary',
  '/stages/1/0/taskSummary?quantiles=1,0.01',
  '/stages/0/0/taskSummary?quantiles=x',
  '/stages/99/0/taskSummary',
  '/stages/0/0/taskList',
  '/stages/0/0/taskList?offset=1&length=2',
  '/stages/0/0/taskList?sortBy=-runtime&status=success',
  '/executors',
  '/allexecutors',
  '/storage/rdd',
  '/storage/rdd/99',
  '/environment',
  '/nowhere',
] as const

interface Expected {
  readonly place: RegExp
  readonly why: string
  /** Whether it may also be the same, by chance. */
  readonly isByChance?: boolean
}

/** What differs between an application that runs and one whose log Spark reads, with the reason. */
const EXPECTED: readonly Expected[] = [
  { place: /^\.attempts\[\]\.(endTime|duration|completed)/, why: 'it has ended since' },
  {
    place: /^\.attempts\[\]\.lastUpdated/,
    why: 'the server tells when the log was written last',
  },
  { place: /^\.attempts\[\]\.logSource/, why: 'only what was read from a log has one' },
  {
    place: /^\[\]\.totalDuration/,
    why: 'of the driver, Spark tells how long the application has run',
  },
  {
    place: /^\[\]\.totalGCTime/,
    why: 'of the driver, Spark tells what its heartbeats have measured, and a log has none',
    isByChance: true,
  },
  {
    place: /^\[\]\.taskMetricsDistributions\.(duration|schedulerDelay)/,
    why: 'the server counts tries that have failed, where its application counts only the others',
    isByChance: true,
  },
]

/** Jobs of which some fail, stages that are skipped, blocks that are kept, an accumulator. */
async function work(sc: SparkContext): Promise<number> {
  const seen = sc.longAccumulator('seen')
  sc.setJobGroup('sums', 'sums by last digit')
  sc.addJobTag('nightly')
  const numbers = Array.from({ length: 1000 }, (_, i) => i)
  const pairs = sc
    .parallelize(numbers, 4)
    .map((n): [number, number] => {
      seen.add(1)
      return [n % 10, n]
    })
    .setName('pairs')
    .persist('MEMORY_AND_DISK_SER')
  const sums = pairs.reduceByKey((a, b) => a + b, 3)
  await sums.collect()
  sc.clearJobGroup()
  await sums.count()
  const failing = sc.parallelize([0, 1, 2], 3).map((n) => {
    if (n === 1) throw new TypeError('one is bad')
    return n
  })
  await failing.count().catch(() => undefined)
  return pairs.id
}

/** What an application tells of what is still going on. */
class Events {
  running = 0
  executors = 0
  stores = 0
  #look: () => void = () => undefined

  readonly listener = (event: SparkEvent): void => {
    const { type } = event
    if (type === 'SparkListenerTaskStart') this.running += 1
    if (type === 'SparkListenerTaskEnd') this.running -= 1
    if (type === 'SparkListenerExecutorAdded') this.executors += 1
    // The driver has a store, too.
    if (type === 'SparkListenerBlockManagerAdded' && event.blockManagerId.executorId !== 'driver') {
      this.stores += 1
    }
    this.#look()
  }

  has(executors: number): Promise<void> {
    return this.until((now) => now.executors === executors && now.stores === executors)
  }

  until(holds: (now: Events) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (holds(this)) resolve()
      }
      this.#look()
    })
  }
}

/** Runs an application; answers its API's answers, by path. */
async function answersOf(
  t: ExecutionContext,
  directory: string,
  master: string,
  form: Readonly<Record<string, boolean | string>>,
): Promise<ReadonlyMap<string, unknown>> {
  const isCluster = master.startsWith('local-cluster')
  const events = new Events()
  const sc = await SparkContext.create({
    master,
    listener: events.listener,
    appName: `told of on ${master}`,
    conf: {
      'spark.ui.enabled': true,
      'spark.ui.port': 0,
      'spark.eventLog.enabled': true,
      'spark.eventLog.dir': directory,
      'spark.eventLog.logBlockUpdates.enabled': true,
      'spark.testing.reservedMemory': 0,
      // What is kept is to stay, whenever the garbage collector runs.
      'spark.cleaner.referenceTracking': false,
      'some.token': 'abc',
      // What heartbeats tell is in no log.
      'spark.executor.heartbeatInterval': '100s',
      ...form,
    },
  })
  t.teardown(() => sc.stop())
  if (isCluster) await events.has(2)
  const kept = await work(sc)
  await events.until(({ running }) => running === 0)
  if (isCluster) {
    sc.killExecutor('0')
    await events.has(3)
  }
  const answers = new Map<string, unknown>()
  const app = `/applications/${sc.applicationId}`
  for (const path of [...PATHS, `/storage/rdd/${kept}`]) {
    answers.set(`${app}${path}`, await answerOf(sc.uiWebUrl ?? '', `${app}${path}`))
  }
  await sc.stop()
  return answers
}

testWith(spark)(
  'a history server of Spark answers from our event logs what our API has answered',
  async (t) => {
    t.timeout(240_000)
    need(t, spark)
    const directory = await mkdtemp(join(tmpdir(), 'troupe-event-logs-'))
    t.teardown(() => rm(directory, { recursive: true }))
    const answers = new Map([
      ...(await answersOf(t, directory, 'local[2]', {
        'spark.eventLog.compress': false,
        'spark.eventLog.rolling.enabled': false,
      })),
      ...(await answersOf(t, directory, 'local[1]', { 'spark.eventLog.rolling.enabled': false })),
      ...(await answersOf(t, directory, 'local-cluster[2,2,256]', {
        'spark.eventLog.logStageExecutorMetrics': true,
      })),
    ])
    const url = await startHistoryServer(t, directory)
    await untilListed(url, 3)
    const found: string[] = []
    const used = new Set<string>()
    for (const [target, ours] of answers) {
      for (const difference of differences(ours, await answerOf(url, target))) {
        const expected = EXPECTED.find(({ place }) => place.test(difference))
        if (expected === undefined) found.push(`${target} ${difference}`)
        else used.add(expected.why)
      }
    }
    t.deepEqual(found, [])
    const unused = EXPECTED.filter(({ why, isByChance }) => isByChance !== true && !used.has(why))
    t.deepEqual(unused, [], 'no difference is expected in vain')
  },
)
