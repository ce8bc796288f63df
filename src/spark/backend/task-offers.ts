import type { Attribute } from '../../mesos/index.ts'
import { MAX_FAILED_STARTS } from './coarse-offers.ts'
import { unmetConstraint, type Constraints } from './constraints.ts'

/** An offer as far as a fine-grained application looks at it. */
export interface TaskOffer {
  readonly agentId: string
  readonly cpus: number
  readonly memMb: number
  readonly attributes: readonly Attribute[]
  /** Whether an executor of the application runs on the agent, or is about to. */
  readonly hasExecutor: boolean
  /** Executors in a row that have failed there before a task ran. */
  readonly failedStarts: number
}

/** What an executor takes besides its tasks, and where it may be. */
export interface TaskLimits {
  /** `spark.mesos.mesosExecutor.cores` */
  readonly executorCores: number
  /** `spark.task.cpus` */
  readonly taskCpus: number
  readonly memMb: number
  readonly constraints: Constraints
  /** `spark.mesos.rejectOfferDurationForUnmetConstraints` */
  readonly unmetRefuseSeconds: number
}

/** How many tasks an offer has room for, or why it is declined; without `refuseSeconds` for as long as the master thinks fit. */
export type TaskOfferAnswer =
  | { readonly type: 'lend'; readonly slots: number; readonly reason: string }
  | { readonly type: 'decline'; readonly refuseSeconds?: number; readonly reason: string }

/** Of Mesos: resources are counted in thousandths. */
const THOUSANDTHS = 1000

/**
 * The fine-grained rule: the cores of each task, besides the cores and the memory of an executor where there is none yet.
 *
 * @see MesosFineGrainedSchedulerBackend.resourceOffers in Spark
 */
export function answerTaskOffer(limits: TaskLimits, offer: TaskOffer): TaskOfferAnswer {
  const { agentId, cpus, memMb, attributes, hasExecutor, failedStarts } = offer
  const lacking = unmetConstraint(limits.constraints, attributes)
  if (lacking !== undefined) {
    return { type: 'decline', refuseSeconds: limits.unmetRefuseSeconds, reason: lacking }
  }
  if (failedStarts >= MAX_FAILED_STARTS) {
    const reason = `${failedStarts} executors in a row have failed to start on agent ${agentId}`
    return { type: 'decline', reason }
  }
  const own = hasExecutor ? 0 : limits.executorCores
  const slots = Math.floor(Math.round((cpus - own) * THOUSANDTHS) / THOUSANDTHS / limits.taskCpus)
  if (slots < 1) {
    const besides = hasExecutor ? '' : `, besides the ${own} of an executor`
    const each = limits.taskCpus === 1 ? 'one core' : `the ${limits.taskCpus} cores`
    return { type: 'decline', reason: `${cpus} cpus are less than ${each} for a task${besides}` }
  }
  if (!hasExecutor && memMb < limits.memMb) {
    const reason = `${memMb} MB are less than the ${limits.memMb} MB of an executor`
    return { type: 'decline', reason }
  }
  const where = hasExecutor ? 'has an executor' : 'has room for an executor'
  return { type: 'lend', slots, reason: `agent ${agentId} ${where} and offers ${cpus} cpus` }
}
