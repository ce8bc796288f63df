import { JOB_GROUP_PROPERTY } from '../../events/index.ts'
import type { JobSelector } from './events.ts'
import type { DagState, JobState } from './state.ts'

/** The keys by which the properties of a job say whose it is. */
export const JOB_PROPERTIES: Readonly<Record<'group' | 'description' | 'tags' | 'pool', string>> = {
  group: JOB_GROUP_PROPERTY,
  description: 'spark.job.description',
  tags: 'spark.job.tags',
  pool: 'spark.scheduler.pool',
}

/** The tags of a job, which stand in one property with commas between. */
export function tagsOf(properties: Readonly<Record<string, string>>): string[] {
  const tags = properties[JOB_PROPERTIES.tags] ?? ''
  return tags === '' ? [] : tags.split(',')
}

/** Whether a job under way is one of those that `which` means. */
export function isMeant(state: DagState, job: JobState, which: JobSelector): boolean {
  switch (which.by) {
    case 'job':
      return job.jobId === which.jobId
    case 'group':
      return job.properties[JOB_PROPERTIES.group] === which.groupId
    case 'tag':
      return tagsOf(job.properties).includes(which.tag)
    case 'stage':
      return state.stages.get(which.stageId)?.jobs.has(job.jobId) === true
    case 'all':
      return true
  }
}
