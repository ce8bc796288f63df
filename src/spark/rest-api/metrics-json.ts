import { EXECUTOR_METRICS } from '../events/index.ts'
import type { JobRecord, StageRecord } from '../status/index.ts'
import type { OpenApplication } from './rest-root.ts'

/** The version of the form, that of the library which Spark makes it with. */
const FORM = '4.0.0'
const MIB = 2 ** 20

/** What Spark's metrics servlet tells of the driver, of the sources that there are here. @see MetricsServlet.scala in Spark */
export function metricsJson({ summary, store }: OpenApplication): string {
  const gauges: Record<string, { readonly value: number }> = {}
  const counters: Record<string, { readonly count: number }> = {}
  const gauge = (name: string, value: number): void => {
    gauges[`${summary.id}.driver.${name}`] = { value }
  }
  const count = (name: string, value: number): void => {
    counters[`${summary.id}.driver.appStatus.${name}`] = { count: value }
  }
  const executors = [...store.executors.all.values()].filter(({ isActive }) => isActive)
  const sum = (value: (one: (typeof executors)[number]) => number): number =>
    sumOf(executors, value)
  const inMib = (bytes: number): number => Math.floor(bytes / MIB)
  gauge('BlockManager.disk.diskSpaceUsed_MB', inMib(sum((one) => one.diskUsed)))
  const pools = {
    '': [sum((one) => one.maxMemory), sum((one) => one.usedOnHeap + one.usedOffHeap)],
    OnHeap: [sum((one) => one.totalOnHeap ?? 0), sum((one) => one.usedOnHeap)],
    OffHeap: [sum((one) => one.totalOffHeap), sum((one) => one.usedOffHeap)],
  } as const
  for (const [pool, [most, used]] of Object.entries(pools)) {
    gauge(`BlockManager.memory.max${pool}Mem_MB`, inMib(most))
    gauge(`BlockManager.memory.remaining${pool}Mem_MB`, inMib(most - used))
    const name = pool === '' ? 'memUsed' : `${pool[0]?.toLowerCase()}${pool.slice(1)}MemUsed`
    gauge(`BlockManager.memory.${name}_MB`, inMib(used))
  }
  const jobs = [...store.jobs.all.values()]
  const stages = [...store.stages.all]
  const jobsThat = (is: (job: JobRecord) => boolean): number => jobs.filter(is).length
  const stagesThat = (is: (stage: StageRecord) => boolean): number => stages.filter(is).length
  gauge(
    'DAGScheduler.job.activeJobs',
    jobsThat(({ status }) => status === 'RUNNING'),
  )
  gauge('DAGScheduler.job.allJobs', jobs.length)
  gauge(
    'DAGScheduler.stage.runningStages',
    stagesThat(({ status }) => status === 'ACTIVE'),
  )
  gauge(
    'DAGScheduler.stage.waitingStages',
    stagesThat(({ status, jobs: of }) => status === 'PENDING' && of.length > 0),
  )
  const peaks = store.executors.all.get('driver')?.peaks
  if (peaks !== undefined)
    for (const name of EXECUTOR_METRICS) gauge(`ExecutorMetrics.${name}`, peaks[name])
  count(
    'jobs.failedJobs',
    jobsThat(({ status }) => status === 'FAILED'),
  )
  count(
    'jobs.succeededJobs',
    jobsThat(({ status }) => status === 'SUCCEEDED'),
  )
  count(
    'stages.completedStages',
    stagesThat(({ status }) => status === 'COMPLETE'),
  )
  count(
    'stages.failedStages',
    stagesThat(({ status }) => status === 'FAILED'),
  )
  count(
    'stages.skippedStages',
    stagesThat(({ status }) => status === 'SKIPPED'),
  )
  count(
    'tasks.completedTasks',
    sumOf(stages, ({ completedTasks }) => completedTasks),
  )
  count(
    'tasks.failedTasks',
    sumOf(stages, ({ failedTasks }) => failedTasks),
  )
  count(
    'tasks.killedTasks',
    sumOf(stages, ({ killedTasks }) => killedTasks),
  )
  count('tasks.excludedExecutors', executors.filter(({ isExcluded }) => isExcluded).length)
  return JSON.stringify({
    version: FORM,
    gauges,
    counters,
    histograms: {},
    meters: {},
    timers: {},
  })
}

function sumOf<One>(all: readonly One[], value: (one: One) => number): number {
  return all.reduce((total, one) => total + value(one), 0)
}
