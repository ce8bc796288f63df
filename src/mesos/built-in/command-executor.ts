import { setup, stateful, type Behavior } from '../../actors/index.ts'
import { stepCommand, type CommandOccurrence, type CommandState } from './command-step.ts'
import type { BuiltInMessage, BuiltInOptions } from './protocol.ts'

/** The actor around `stepCommand`: subscribes when it starts, and stops when its task is over. */
export function commandExecutor(options: BuiltInOptions): Behavior<BuiltInMessage> {
  const { ids, framework, containerId, shutdownGraceMs, found, onCall, onRequest } = options
  const behavior = setup<CommandOccurrence>((ctx) => {
    const { clock, random } = ctx.environment
    const step = (state: CommandState, occurrence: CommandOccurrence): CommandState => {
      const [next, effects] = stepCommand(state, occurrence, clock.wallNow())
      for (const effect of effects) {
        switch (effect.type) {
          case 'update':
            onCall({
              ...ids,
              type: 'UPDATE',
              update: {
                status: {
                  task_id: { value: effect.taskId },
                  ...effect.status,
                  executor_id: ids.executor_id,
                  source: 'SOURCE_EXECUTOR',
                  timestamp: clock.wallNow() / 1000,
                  uuid: random.bytes(16),
                },
              },
            })
            break
          case 'signal':
            onRequest(effect)
            break
          case 'start-timer':
            ctx.timers.startSingle(effect.key, effect.event, effect.afterMs)
            break
          case 'cancel-timer':
            ctx.timers.cancel(effect.key)
            break
          case 'stop':
            ctx.stop()
            break
        }
      }
      return next
    }
    const handedOver = found.filter(({ state }) => state !== 'TASK_STAGING')
    onCall({
      ...ids,
      type: 'SUBSCRIBE',
      subscribe: {
        unacknowledged_tasks: handedOver.map(({ info }) => info),
        unacknowledged_updates: [],
      },
    })
    const initial: CommandState = {
      containerId,
      shutdownGraceMs,
      framework,
      life: undefined,
      over: undefined,
    }
    return stateful(
      handedOver.reduce((state, task) => step(state, { type: 'found', task }), initial),
      step,
    )
  })
  return behavior
}
