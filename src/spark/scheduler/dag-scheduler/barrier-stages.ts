import { SparkError } from '../../errors.ts'
import type { Lineage } from '../../rdd/index.ts'
import type { StageResources } from '../../resources/index.ts'
import type { DagEffect, DagEvent, SlotCount } from './events.ts'
import { failJob } from './job-ends.ts'
import type { StageCut, StagePlan } from './stages.ts'
import type { DagState } from './state.ts'

type Submission = Extract<DagEvent, { type: 'job-submitted' }>

/**
 * Whether a job may go on as far as its barrier stages are concerned; if not it has failed, or is submitted again later.
 *
 * @see DAGScheduler.checkBarrierStageWithRDDChainPattern, …WithDynamicAllocation, …WithNumSlots in Spark
 */
export function admitBarriers(
  state: DagState,
  submission: Submission,
  cut: StageCut,
  effects: DagEffect[],
): boolean {
  const { jobId, partitions, lineage } = submission
  const stages = [...cut.shuffleMaps.values(), cut.result].filter((plan) => plan.isBarrier === true)
  if (stages.length === 0) return true
  const counts = stages.map((plan) =>
    plan.shuffleId === undefined ? partitions.length : plan.numPartitions,
  )
  const barriers = barrierRdds(lineage)
  const refusal = stages.some((plan, at) => isUnsupported(lineage, barriers, plan, counts[at] ?? 0))
    ? UNSUPPORTED_CHAIN
    : state.limits.barrier.isAllocationDynamic
      ? DYNAMIC_ALLOCATION
      : undefined
  if (refusal !== undefined) {
    fail(state, jobId, refusal, effects)
    return false
  }
  const wants = stages.map((plan, at) => [plan.resources, counts[at] ?? 0] as const)
  return hasSlots(state, submission, wants, effects)
}

function hasSlots(
  state: DagState,
  submission: Submission,
  wants: readonly (readonly [resources: StageResources | undefined, tasks: number])[],
  effects: DagEffect[],
): boolean {
  const { jobId, partitions, properties = {} } = submission
  const short = wants
    .map(([resources, wanted]) => ({ wanted, slots: slotsFor(state, resources) }))
    .find(({ wanted, slots }) => slots < wanted)
  if (short === undefined) {
    state.waitingJobs.delete(jobId)
    return true
  }
  const { checkIntervalMs: delayMs, maxCheckFailures } = state.limits.barrier
  const failures = (state.waitingJobs.get(jobId)?.failures ?? 0) + 1
  if (failures > maxCheckFailures) {
    fail(state, jobId, TOO_FEW_SLOTS, effects)
    return false
  }
  const job = { jobId, resultStageId: -1, properties, partitions, unfinished: new Set(partitions) }
  state.waitingJobs.set(jobId, { failures, job })
  const { wanted, slots } = short
  const reason = `a barrier stage of job ${jobId} needs ${wanted} slots at once, and there are ${slots}: check ${failures} of at most ${maxCheckFailures}`
  const again = { ...submission, isAgain: true }
  effects.push({ type: 'schedule-submission', delayMs, submission: again, reason })
  return false
}

/**
 * Executors were lost under jobs that had been admitted: stages that need more slots than are left would wait for ever if none
 * came back, as when an agent that has failed too often gets no executor any more. Spark lets them wait.
 */
export function recountSlots(state: DagState, effects: DagEffect[]): void {
  for (const { stageId } of state.stages.values()) {
    if (!state.shortStages.has(stageId))
      countSlots(state, { type: 'count-slots', stageId, check: 1 }, effects)
  }
}

/** Counts the slots for a barrier stage; too often too few of them, and its jobs fail. */
export function countSlots(
  state: DagState,
  { stageId, check }: SlotCount,
  effects: DagEffect[],
): void {
  const stage = state.stages.get(stageId)
  const wanted = stage?.plan.numPartitions ?? 0
  const slots = slotsFor(state, stage?.plan.resources)
  const isOver = stage === undefined || stage.status === 'idle' || stage.jobs.size === 0
  if (isOver || stage.plan.isBarrier !== true || slots >= wanted) {
    state.shortStages.delete(stageId)
    return
  }
  const { checkIntervalMs: delayMs, maxCheckFailures } = state.limits.barrier
  if (check > maxCheckFailures) {
    state.shortStages.delete(stageId)
    for (const jobId of [...stage.jobs]) {
      failJob(state, jobId, unsupported(jobId, TOO_FEW_SLOTS), TOO_FEW_SLOTS, effects)
    }
    return
  }
  state.shortStages.add(stageId)
  const reason = `barrier stage ${stageId} needs ${wanted} slots at once, and ${slots} are left: check ${check} of at most ${maxCheckFailures}`
  const count = { type: 'count-slots', stageId, check: check + 1 } as const
  effects.push({ type: 'schedule-slot-count', delayMs, count, reason })
}

/** Tasks of such a stage that run at a time. @see SparkContext.maxNumConcurrentTasks in Spark */
function slotsFor({ executorSlots }: DagState, resources: StageResources | undefined): number {
  const { executorProfileId = 0, cpus = 1 } = resources ?? {}
  let slots = 0
  for (const [profileId, cores] of executorSlots.values())
    if (profileId === executorProfileId) slots += Math.floor(cores / cpus)
  return slots
}

/** Ancestors in the stage with another number of partitions, or an RDD that depends on several of barriers. */
function isUnsupported(
  lineage: Lineage,
  barriers: ReadonlySet<number>,
  plan: StagePlan,
  numTasks: number,
): boolean {
  return plan.rdds.some(({ rddId, numPartitions }) => {
    const parents = lineage.get(rddId)?.dependencies ?? []
    return numPartitions !== numTasks || parents.filter((one) => barriers.has(one.rddId)).length > 1
  })
}

/** The RDDs that are computed in barrier stages. Parents come first in a lineage. */
function barrierRdds(lineage: Lineage): ReadonlySet<number> {
  const found = new Set<number>()
  for (const { rddId, isFromBarrier, dependencies } of lineage.values()) {
    const inherits = dependencies.some((one) => one.type === 'narrow' && found.has(one.rddId))
    if (isFromBarrier === true || inherits) found.add(rddId)
  }
  return found
}

function fail(state: DagState, jobId: number, message: string, effects: DagEffect[]): void {
  state.waitingJobs.delete(jobId)
  effects.push({ type: 'job-failed', jobId, cause: unsupported(jobId, message), reason: message })
}

function unsupported(jobId: number, message: string): SparkError {
  return new SparkError('TROUPE_SPARK_BARRIER_UNSUPPORTED', message, { data: { jobId } })
}

const UNSUPPORTED_CHAIN =
  '[SPARK-24820][SPARK-24821]: Barrier execution mode does not allow the following pattern of RDD chain within a ' +
  'barrier stage:\n1. Ancestor RDDs that have different number of partitions from the resulting RDD (e.g. ' +
  'union()/coalesce()/first()/take()/PartitionPruningRDD). A workaround for first()/take() can be ' +
  '(await barrierRdd.collect())[0].\n2. An RDD that depends on multiple barrier RDDs (e.g. barrierRdd1.zip(barrierRdd2)).'

const DYNAMIC_ALLOCATION =
  '[SPARK-24942]: Barrier execution mode does not support dynamic resource allocation for now. You can disable dynamic ' +
  'resource allocation by setting Spark conf "spark.dynamicAllocation.enabled" to "false".'

const TOO_FEW_SLOTS =
  '[SPARK-24819]: Barrier execution mode does not allow run a barrier stage that requires more slots than the total ' +
  'number of slots in the cluster currently. Please init a new cluster with more resources(e.g. CPU, GPU) or ' +
  'repartition the input RDD(s) to reduce the number of slots required to run this barrier stage.'
