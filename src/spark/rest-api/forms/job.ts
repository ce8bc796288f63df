import type { JobRecord } from '../../status/index.ts'
import { sparkDate, sparkDateOf } from '../dates.ts'
import type { JsonFields } from '../pretty-json.ts'

export function jobJson(job: JobRecord): JsonFields {
  return {
    jobId: job.jobId,
    name: job.name,
    description: job.description,
    submissionTime: sparkDate(job.submissionTime),
    completionTime: sparkDateOf(job.completionTime),
    stageIds: job.stageIds,
    jobGroup: job.group,
    jobTags: job.tags,
    status: job.status,
    numTasks: job.numTasks,
    numActiveTasks: job.activeTasks,
    numCompletedTasks: job.completedTasks,
    numSkippedTasks: job.skippedTasks,
    numFailedTasks: job.failedTasks,
    numKilledTasks: job.killedTasks,
    numCompletedIndices: job.completedIndices,
    numActiveStages: job.activeStages,
    numCompletedStages: job.completedStages.size,
    numSkippedStages: job.skippedStages.size,
    numFailedStages: job.failedStages,
    killedTasksSummary: Object.fromEntries(job.killed),
  }
}
