/** An offer as far as the backend looks at it. */
export interface OfferView {
  readonly agentId: string
  readonly cpus: number
  readonly memMb: number
}

/** What executors may take. */
export interface CoarseLimits {
  /** Cores of all executors together (`spark.cores.max`). */
  readonly maxCores: number
  /** Cores of one executor at most (`spark.executor.cores`). */
  readonly executorCores: number
  /** What an executor needs, overhead included. */
  readonly memMb: number
}

/** What is running: agent → cores of the executor on it. */
export type Running = ReadonlyMap<string, number>

/** What to do with an offer, and why. */
export type OfferAnswer =
  | { readonly type: 'launch'; readonly cores: number; readonly reason: string }
  | { readonly type: 'decline'; readonly refuseSeconds: number; readonly reason: string }

/** `spark.mesos.rejectOfferDuration`: until something changes; a lost executor revives offers. */
const REFUSE_SECONDS = 120

/**
 * The coarse-grained rule: one executor an agent, with all the cores it is offered, within the limits.
 *
 * @see MesosCoarseGrainedSchedulerBackend.scala in Spark
 */
export function answerOffer(limits: CoarseLimits, running: Running, offer: OfferView): OfferAnswer {
  const taken = [...running.values()].reduce((sum, cores) => sum + cores, 0)
  const cores = Math.min(Math.floor(offer.cpus), limits.executorCores, limits.maxCores - taken)
  const decline = (reason: string): OfferAnswer => ({
    type: 'decline',
    refuseSeconds: REFUSE_SECONDS,
    reason,
  })
  if (running.has(offer.agentId)) return decline(`agent ${offer.agentId} has an executor already`)
  if (taken >= limits.maxCores) return decline(`all ${limits.maxCores} cores wanted are taken`)
  if (cores < 1) return decline(`${offer.cpus} cpus are less than one core`)
  if (offer.memMb < limits.memMb) {
    return decline(`${offer.memMb} MB are less than the ${limits.memMb} MB of an executor`)
  }
  return {
    type: 'launch',
    cores,
    reason: `agent ${offer.agentId} has no executor and offers ${offer.cpus} cpus, ${offer.memMb} MB`,
  }
}

/** Memory of an executor with its overhead: a tenth more, at least 384 MB more (spark.executor.memoryOverhead). */
export function withOverhead(executorMemoryMb: number): number {
  return executorMemoryMb + Math.max(384, Math.ceil(executorMemoryMb * 0.1))
}
