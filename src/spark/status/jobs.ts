import { JOB_GROUP_PROPERTY, type JobListenerEvent, type Properties } from '../events/index.ts'
import { Oldest } from './limits.ts'
import type { JobRecord } from './records.ts'

type JobStart = Extract<JobListenerEvent, { readonly type: 'SparkListenerJobStart' }>

const JOB_DESCRIPTION_PROPERTY = 'spark.job.description'
const JOB_TAGS_PROPERTY = 'spark.job.tags'
const SCHEDULER_POOL_PROPERTY = 'spark.scheduler.pool'
/** One number for a stage and the index of a task. */
const INDICES = 2 ** 31

/** The jobs of an application. */
export class JobRecords {
  readonly all: Map<number, JobRecord> = new Map()
  readonly running: Map<number, JobRecord> = new Map()
  readonly #over = new Oldest<JobRecord>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  started({ jobId, time, stageInfos, properties }: JobStart): JobRecord {
    const inOrder = [...stageInfos].sort((a, b) => a.stageId - b.stageId)
    const tags = (properties[JOB_TAGS_PROPERTY] ?? '').split(',').filter((tag) => tag !== '')
    const job: JobRecord = {
      jobId,
      name: inOrder.at(-1)?.name ?? '',
      description: descriptionOf(properties),
      group: properties[JOB_GROUP_PROPERTY],
      tags: tags.sort(),
      submissionTime: time,
      stageIds: stageInfos.map(({ stageId }) => stageId),
      numTasks: stageInfos.reduce((sum, { numTasks }) => sum + numTasks, 0),
      completionTime: undefined,
      status: 'RUNNING',
      activeTasks: 0,
      completedTasks: 0,
      failedTasks: 0,
      killedTasks: 0,
      skippedTasks: 0,
      activeStages: 0,
      failedStages: 0,
      completedStages: new Set(),
      skippedStages: new Set(),
      doneTasks: new Set(),
      completedIndices: 0,
      killed: new Map(),
    }
    this.all.set(jobId, job)
    this.running.set(jobId, job)
    return job
  }

  /** Those under way that need a stage. */
  needing(stageId: number): JobRecord[] {
    return [...this.running.values()].filter(({ stageIds }) => stageIds.includes(stageId))
  }

  ended(job: JobRecord, time: number, hasSucceeded: boolean): void {
    job.status = hasSucceeded ? 'SUCCEEDED' : 'FAILED'
    job.completionTime = time
    job.doneTasks = undefined
    this.running.delete(job.jobId)
    this.#over.add(job)
    while (this.all.size > this.#max) {
      const oldest = this.#over.take()
      if (oldest === undefined) return
      if (this.all.get(oldest.jobId) === oldest) this.all.delete(oldest.jobId)
    }
  }
}

/** A task of a job is done, perhaps not for the first time. */
export function taskDone(job: JobRecord, stageId: number, index: number): void {
  const { doneTasks } = job
  if (doneTasks === undefined) return
  doneTasks.add(stageId * INDICES + index)
  job.completedIndices = doneTasks.size
}

export function descriptionOf(properties: Properties): string | undefined {
  return properties[JOB_DESCRIPTION_PROPERTY]
}

export function poolOf(properties: Properties): string {
  return properties[SCHEDULER_POOL_PROPERTY] ?? 'default'
}
