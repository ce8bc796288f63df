import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { ExecutorCall, ExecutorEvent } from '../protocol/index.ts'
import type { AgentOccurrence } from './state.ts'

/** What the agent tells its end of an executor's connection. */
export type ExecutorSessionMessage =
  | ExecutorCall
  | { readonly type: 'deliver'; readonly event: ExecutorEvent }
  | { readonly type: 'close' }

type OwnMessage = { readonly type: 'subscriber-gone' } | { readonly type: 'heartbeat-due' }

/**
 * The agent's end of one executor's connection: passes calls up and events down, sends a HEARTBEAT, and ends with the
 * subscriber. That the executor's process has ended is the container's to say.
 */
export function executorSession(
  connection: string,
  agent: ActorRef<AgentOccurrence>,
  subscriber: ActorRef<ExecutorEvent>,
  heartbeatMs: number,
): Behavior<ExecutorSessionMessage> {
  const behavior = setup<ExecutorSessionMessage | OwnMessage>((ctx) => {
    ctx.watch(subscriber, { type: 'subscriber-gone' })
    ctx.timers.startPeriodic('heartbeat', { type: 'heartbeat-due' }, heartbeatMs)
    return stateful<undefined, ExecutorSessionMessage | OwnMessage>(undefined, (state, message) => {
      switch (message.type) {
        case 'deliver':
          subscriber.tell(message.event)
          return state
        case 'heartbeat-due':
          subscriber.tell({ type: 'HEARTBEAT' })
          return state
        case 'subscriber-gone':
        case 'close':
          ctx.stop()
          return state
        default:
          agent.tell({ type: 'executor-call', connection, call: message })
          return state
      }
    })
  })
  return behavior
}
