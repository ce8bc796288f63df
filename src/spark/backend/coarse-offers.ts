import type { Attribute } from '../../mesos/index.ts'
import { unmetConstraint, type Constraints } from './constraints.ts'

/** An offer as far as the backend looks at it. */
export interface OfferView {
  readonly agentId: string
  readonly cpus: number
  readonly memMb: number
  /** Executors in a row that have failed on the agent before they ran. */
  readonly failedStarts?: number
  /** The agent's. */
  readonly attributes?: readonly Attribute[]
}

/** How long resources that are declined are not offered again, in seconds. */
export interface RefuseSeconds {
  readonly byDefault: number
  readonly unmetConstraints: number
  readonly reachedMaxCores: number
}

/** What executors may take. */
export interface CoarseLimits {
  /** Cores of all executors together (`spark.cores.max`). */
  readonly maxCores: number
  /** Cores of one executor at most (`spark.executor.cores`). */
  readonly executorCores: number
  /** What an executor needs, overhead included. */
  readonly memMb: number
  /** Attributes that the agent must have; none by default. */
  readonly constraints?: Constraints
  /** Two minutes each by default. */
  readonly refuseSeconds?: RefuseSeconds
  /** Executors that there are to be (`spark.dynamicAllocation`); as many as there is room for when absent. */
  readonly maxExecutors?: number
}

/** `spark.mesos.rejectOfferDuration`: until something changes; a lost executor revives offers. */
const REFUSE_SECONDS: RefuseSeconds = {
  byDefault: 120,
  unmetConstraints: 120,
  reachedMaxCores: 120,
}

/** What is running: agent → cores of the executor on it. */
export type Running = ReadonlyMap<string, number>

/** What to do with an offer, and why. */
export type OfferAnswer =
  | { readonly type: 'launch'; readonly cores: number; readonly reason: string }
  | { readonly type: 'decline'; readonly refuseSeconds: number; readonly reason: string }

/** Failed starts in a row after which an agent gets no executor any more, as Spark's MAX_SLAVE_FAILURES. */
export const MAX_FAILED_STARTS = 2

/** One condition for an executor out of an offer. */
export interface OfferCheck {
  /** In words, such as `the agent has no executor yet`. */
  readonly rule: string
  readonly isMet: boolean
  readonly values: string
  /** Why the offer is declined when it is not met. */
  readonly refusal: string
  /** For how long then. */
  readonly refusedFor?: keyof RefuseSeconds
}

/** All that an offer must be to be used, in the order in which it is looked at. */
export function checkOffer(
  limits: CoarseLimits,
  running: Running,
  offer: OfferView,
): readonly OfferCheck[] {
  const { agentId, cpus, memMb, failedStarts = 0, attributes = [] } = offer
  const { maxExecutors = Number.POSITIVE_INFINITY } = limits
  const taken = takenCores(running)
  const lacking = unmetConstraint(limits.constraints ?? new Map(), attributes)
  return [
    {
      rule: 'the agent has the attributes that are wanted',
      isMet: lacking === undefined,
      values: lacking ?? 'it has',
      refusal: lacking ?? '',
      refusedFor: 'unmetConstraints',
    },
    {
      rule: 'the agent has no executor of this application yet',
      isMet: !running.has(agentId),
      values: running.has(agentId)
        ? `one with ${running.get(agentId) ?? 0} cores runs there`
        : 'none runs there',
      refusal: `agent ${agentId} has an executor already`,
    },
    {
      rule: 'executors can start there',
      isMet: failedStarts < MAX_FAILED_STARTS,
      values: `${failedStarts} in a row have failed before they ran`,
      refusal: `${failedStarts} executors in a row have failed to start on agent ${agentId}`,
    },
    {
      rule: 'not all cores wanted are taken',
      isMet: taken < limits.maxCores,
      values: Number.isFinite(limits.maxCores)
        ? `${taken} of ${limits.maxCores} taken`
        : `${taken} taken, and no limit`,
      refusal: `all ${limits.maxCores} cores wanted are taken`,
      refusedFor: 'reachedMaxCores',
    },
    {
      rule: 'not as many executors as are wanted run',
      isMet: running.size < maxExecutors,
      values: Number.isFinite(maxExecutors)
        ? `${running.size} of ${maxExecutors} run`
        : `${running.size} run, and no limit`,
      refusal: `all ${maxExecutors} executors wanted run`,
    },
    {
      rule: 'at least one core',
      isMet: coresFor(limits, taken, cpus) >= 1,
      values: `${cpus} cpus offered`,
      refusal: `${cpus} cpus are less than one core`,
    },
    {
      rule: 'memory enough for an executor with its overhead',
      isMet: memMb >= limits.memMb,
      values: `${memMb} MB offered, ${limits.memMb} MB needed`,
      refusal: `${memMb} MB are less than the ${limits.memMb} MB of an executor`,
    },
  ]
}

/**
 * The coarse-grained rule: one executor an agent, with all the cores it is offered, within the limits.
 *
 * @see MesosCoarseGrainedSchedulerBackend.scala in Spark
 */
export function answerOffer(limits: CoarseLimits, running: Running, offer: OfferView): OfferAnswer {
  const failed = checkOffer(limits, running, offer).find(({ isMet }) => !isMet)
  if (failed !== undefined) {
    const refuseSeconds = (limits.refuseSeconds ?? REFUSE_SECONDS)[failed.refusedFor ?? 'byDefault']
    return { type: 'decline', refuseSeconds, reason: failed.refusal }
  }
  return {
    type: 'launch',
    cores: coresFor(limits, takenCores(running), offer.cpus),
    reason: `agent ${offer.agentId} has no executor and offers ${offer.cpus} cpus, ${offer.memMb} MB`,
  }
}

function takenCores(running: Running): number {
  return [...running.values()].reduce((sum, cores) => sum + cores, 0)
}

function coresFor(limits: CoarseLimits, taken: number, cpus: number): number {
  return Math.min(Math.floor(cpus), limits.executorCores, limits.maxCores - taken)
}

/** Memory of an executor with its overhead: a tenth more, at least 384 MB more (spark.executor.memoryOverhead). */
export function withOverhead(executorMemoryMb: number): number {
  return executorMemoryMb + Math.max(384, Math.ceil(executorMemoryMb * 0.1))
}
