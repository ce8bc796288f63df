import type { Properties } from '../../events/index.ts'
import { BARRIER_ADDRESSES } from '../../task/index.ts'
import type { SlotsOffered } from '../executor-registry/index.ts'
import type { TaskSetEffect } from './events.ts'
import type { TaskSetProps } from './props.ts'

/** What tasks that are launched together are told of the job; those of a barrier stage also of each other. */
export function propertiesOf(
  { isBarrier, properties }: Pick<TaskSetProps, 'isBarrier' | 'properties'>,
  effects: readonly TaskSetEffect[],
  { addresses }: SlotsOffered,
): Properties {
  if (!isBarrier) return properties
  const launches = effects.flatMap((effect) => (effect.type === 'launch' ? [effect] : []))
  const inOrder = launches.sort((a, b) => a.partition - b.partition)
  const places = inOrder.map(({ executorId, host }) => addresses.get(executorId) ?? host)
  return { ...properties, [BARRIER_ADDRESSES]: places.join(',') }
}
