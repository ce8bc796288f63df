import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { SchedulerCall, SchedulerEvent } from '../protocol/index.ts'
import type { MasterEvent } from './state.ts'

/** What the master tells its end of a scheduler's connection. */
export type SchedulerSessionMessage =
  | SchedulerCall
  | { readonly type: 'deliver'; readonly event: SchedulerEvent }
  | { readonly type: 'close' }

type OwnMessage = { readonly type: 'subscriber-gone' } | { readonly type: 'heartbeat-due' }

/**
 * The master's end of one scheduler's connection: passes calls up and events down, sends a HEARTBEAT while
 * subscribed, and ends with the subscriber. How the other side encodes them is no business of the master's.
 */
export function schedulerSession(
  connection: string,
  master: ActorRef<MasterEvent>,
  subscriber: ActorRef<SchedulerEvent>,
  heartbeatMs: number,
): Behavior<SchedulerSessionMessage> {
  const behavior = setup<SchedulerSessionMessage | OwnMessage>((ctx) => {
    ctx.watch(subscriber, { type: 'subscriber-gone' })
    return stateful<undefined, SchedulerSessionMessage | OwnMessage>(
      undefined,
      (state, message) => {
        switch (message.type) {
          case 'deliver':
            subscriber.tell(message.event)
            if (message.event.type === 'SUBSCRIBED') {
              ctx.timers.startPeriodic('heartbeat', { type: 'heartbeat-due' }, heartbeatMs)
            }
            return state
          case 'heartbeat-due':
            subscriber.tell({ type: 'HEARTBEAT' })
            return state
          case 'subscriber-gone':
            master.tell({ type: 'disconnected', connection })
            ctx.stop()
            return state
          case 'close':
            ctx.stop()
            return state
          default:
            master.tell({ type: 'scheduler-call', connection, call: message })
            return state
        }
      },
    )
  })
  return behavior
}
