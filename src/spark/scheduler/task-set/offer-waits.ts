import type { ActorContext, ActorRef } from '../../../actors/index.ts'
import type { ExecutorRegistryMessage } from '../executor-registry/index.ts'
import type { TaskSetEffect } from './events.ts'
import type { TaskSetMessage } from './protocol.ts'

/** Of a task set, for what it waits for after an offer. */
export interface Waiting {
  readonly ctx: ActorContext<TaskSetMessage>
  readonly registry: ActorRef<ExecutorRegistryMessage>
  readonly taskSetId: string
  readonly nowMs: number
}

/** Has the set wait for what its decisions about an offer say it waits for. */
export function waitFor(
  effects: readonly TaskSetEffect[],
  { ctx, registry, taskSetId, nowMs }: Waiting,
): void {
  for (const effect of effects) {
    switch (effect.type) {
      case 'wait': {
        const delayMs = Math.max(1, effect.untilMs - nowMs)
        ctx.timers.startSingle('locality', { type: 'look-again' }, delayMs)
        break
      }
      case 'unschedulable': {
        ctx.environment.log.write(
          'warn',
          `task set ${taskSetId} waits for another executor: ${effect.reason}`,
        )
        const delayMs = Math.max(1, effect.untilMs - nowMs)
        ctx.timers.startSingle('unschedulable', { type: 'unschedulable-due' }, delayMs)
        registry.tell({ type: 'unschedulable', taskSetId, isSo: true })
        break
      }
      case 'schedulable':
        ctx.timers.cancel('unschedulable')
        registry.tell({ type: 'unschedulable', taskSetId, isSo: false })
        break
      case 'replace':
        registry.tell({
          type: 'replace-executor',
          executorId: effect.executorId,
          reason: effect.reason,
        })
        break
      default:
        break
    }
  }
}
