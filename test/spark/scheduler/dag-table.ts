import {
  dagTransition,
  emptyDagState,
  type DagEffect,
  type DagEvent,
  type DagLimits,
  type MapStatus,
} from '../../../src/spark/scheduler/index.ts'
import type { DagState } from '../../../src/spark/scheduler/dag-scheduler/state.ts'
import type { FetchFailureKind } from '../../../src/spark/errors.ts'
import type { Lineage, LineageEdge, LineageNode } from '../../../src/spark/rdd/index.ts'

/** An edge to the map side of a shuffle of two partitions. */
export const shuffle = (rddId: number, shuffleId: number): LineageEdge => ({
  type: 'shuffle',
  rddId,
  shuffleId,
  numReducers: 2,
})

/** An RDD of a lineage. */
export const node = (
  rddId: number,
  numPartitions: number,
  ...dependencies: readonly LineageEdge[]
): readonly [number, LineageNode] => [
  rddId,
  { rddId, name: `RDD ${rddId}`, numPartitions, dependencies },
]

/** One that differs from {@link node} in something. */
export const nodeWith = (
  special: Partial<LineageNode>,
  ...args: Parameters<typeof node>
): readonly [number, LineageNode] => {
  const [rddId, plain] = node(...args)
  return [rddId, { ...plain, ...special }]
}

/** A source of three partitions, a shuffle, two reduce partitions. */
export const twoStages: Lineage = new Map([node(0, 3), node(1, 2, shuffle(0, 0))])

const status = (executorId: string, mapAttempt: number = 0): MapStatus => ({
  executorId,
  mapAttempt,
  sizesBytes: [1, 1],
  checksums: [1, 1],
})

/** The DAG scheduler with its effects as short words; stage 0 writes shuffle 0, stage 1 gives the result. */
export class DagTable {
  readonly state: DagState
  effects: readonly DagEffect[] = []

  constructor(limits: Partial<DagLimits> = {}) {
    this.state = emptyDagState({ maxStageAttempts: 3, resubmitDelayMs: 0, ...limits })
  }

  step(event: DagEvent): string[] {
    this.effects = dagTransition(this.state, event)[1]
    return this.effects.map(wordOf)
  }

  submit(jobId: number = 0, lineage: Lineage = twoStages, finalRddId: number = 1): string[] {
    return this.step({ type: 'job-submitted', jobId, lineage, finalRddId, partitions: [0, 1] })
  }

  map(
    partition: number,
    executorId: string,
    stageAttempt: number = 0,
    stageId: number = 0,
  ): string[] {
    const outcome = { type: 'map-output', status: status(executorId, stageAttempt) } as const
    return this.step({
      type: 'task-succeeded',
      stageId,
      stageAttempt,
      partition,
      executorId,
      outcome,
    })
  }

  result(partition: number, stageAttempt: number = 0, stageId: number = 1): string[] {
    const outcome = { type: 'result', parts: [new Uint8Array(1)] } as const
    const executorId = 'a'
    return this.step({
      type: 'task-succeeded',
      stageId,
      stageAttempt,
      partition,
      executorId,
      outcome,
    })
  }

  fetchFailed(
    mapPartition: number,
    executorId: string,
    kind: FetchFailureKind,
    stageAttempt: number = 0,
    mapAttempt: number = stageAttempt,
  ): string[] {
    const failure = { kind, shuffleId: 0, mapPartition, mapAttempt, reducePartition: 0, executorId }
    return this.step({ type: 'fetch-failed', stageId: 1, stageAttempt, partition: 0, failure })
  }
}

function wordOf(effect: DagEffect): string {
  switch (effect.type) {
    case 'submit-task-set':
      return `submit ${effect.stageId}.${effect.stageAttempt} [${effect.partitions.join()}]`
    case 'stage-waiting':
      return `${effect.stageId} waits for ${effect.missing.map((one) => `${one.outputs} of ${one.stageId}`).join()}`
    case 'abandon-attempt':
    case 'cancel-task-set':
    case 'stage-completed':
      return `${effect.type} ${effect.stageId}.${effect.stageAttempt}`
    case 'forget-outputs':
      return `forget ${effect.executorId} [${effect.outputs.map((lost) => lost.mapPartition).join()}]`
    case 'register-output':
      return `register ${effect.mapPartition} on ${effect.status.executorId}`
    case 'deliver-result':
      return `deliver ${effect.partition}`
    case 'job-succeeded':
    case 'job-failed':
      return `${effect.type} ${effect.jobId}`
    default:
      return effect.type
  }
}
