import { subject, type DecisionPoint, type Subject } from '../actors/index.ts'

type SparkPoint = 'job' | 'stage' | 'task' | 'retry' | 'failure' | 'executor' | 'offer'

/** The engine's decision points, in the order in which an explanation tells them. */
export const points: Readonly<Record<SparkPoint, DecisionPoint>> = {
  job: { name: 'spark.job', title: 'Jobs', rank: 10 },
  stage: { name: 'spark.stage', title: 'Stages', rank: 12 },
  task: { name: 'spark.task', title: 'Placement of tasks', rank: 14 },
  failure: { name: 'spark.failure', title: 'Failures of tasks', rank: 16 },
  /** Apart from first tries, which are many, so that these are still kept when somebody asks. */
  retry: { name: 'spark.retry', title: 'Placement of tasks that run again', rank: 18 },
  executor: { name: 'spark.executor', title: 'Executors of the application', rank: 20 },
  offer: { name: 'spark.offer', title: 'Offers, as the application answered them', rank: 22 },
}

/** The decision points of a standalone cluster's master. */
export const deployPoints: Readonly<
  Record<'application' | 'placement' | 'driver' | 'worker', DecisionPoint>
> = {
  application: { name: 'spark.deploy.application', title: 'Applications', rank: 50 },
  driver: { name: 'spark.deploy.driver', title: 'Drivers', rank: 51 },
  placement: { name: 'spark.deploy.placement', title: 'Executors on workers', rank: 52 },
  worker: { name: 'spark.deploy.worker', title: 'Workers', rank: 54 },
}

/** The subjects of one application; ids are unique within it. */
export const jobSubject = (applicationId: string, jobId: number): Subject =>
  subject('job', jobId, applicationId)

export const stageSubject = (
  applicationId: string,
  stageId: number,
  stageAttempt?: number,
): Subject =>
  subject(
    'stage',
    stageAttempt === undefined ? stageId : `${stageId}.${stageAttempt}`,
    applicationId,
  )

/** `task 1.0/3` is that of one attempt of its stage, `task 1/3` that of any. */
export const taskSubjects = (
  applicationId: string,
  stageId: number,
  stageAttempt: number,
  partition: number,
): readonly [Subject, Subject] => [
  subject('task', `${stageId}.${stageAttempt}/${partition}`, applicationId),
  subject('task', `${stageId}/${partition}`, applicationId),
]

export const executorSubject = (applicationId: string, executorId: string): Subject =>
  subject('executor', executorId, applicationId)
