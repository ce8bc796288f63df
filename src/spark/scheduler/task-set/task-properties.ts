import type { Properties } from '../../events/index.ts'
import { BARRIER_ADDRESSES, type TaskDescription } from '../../task/index.ts'
import type { SlotsOffered } from '../executor-registry/index.ts'
import type { TaskSetEffect } from './events.ts'
import type { TaskSetProps } from './props.ts'

/** What tasks are told of their job; those of a barrier stage, which begin all at once, also of each other. */
export function propertiesOf(
  { isBarrier, properties }: TaskSetProps,
  effects: readonly TaskSetEffect[],
  { addresses }: SlotsOffered,
): Properties {
  if (!isBarrier) return properties
  const launches = effects.flatMap((effect) => (effect.type === 'launch' ? [effect] : []))
  const inOrder = launches.sort((a, b) => a.partition - b.partition)
  const places = inOrder.map(({ executorId, host }) => addresses.get(executorId) ?? host)
  return { ...properties, [BARRIER_ADDRESSES]: places.join(',') }
}

/** A try of a task as its executor is told of it. */
export function describeTask(
  { stageId, stageAttempt, splits, nextTaskAttemptId, numPartitions, resources }: TaskSetProps,
  { partition, attempt }: { readonly partition: number; readonly attempt: number },
  properties: Properties,
): TaskDescription {
  return {
    stageId,
    stageAttempt,
    partitionId: partition,
    numPartitions,
    attemptNumber: attempt,
    taskAttemptId: nextTaskAttemptId(),
    properties,
    split: splits[partition] ?? new Uint8Array(0),
    ...(resources !== undefined && { cpus: resources.cpus }),
  }
}
