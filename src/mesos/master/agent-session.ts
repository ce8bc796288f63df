import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { AgentCall, AgentEvent } from '../protocol/index.ts'
import type { MasterEvent } from './state.ts'

/** What the master tells its end of an agent's connection. */
export type AgentSessionMessage =
  AgentCall | { readonly type: 'deliver'; readonly event: AgentEvent } | { readonly type: 'close' }

type OwnMessage =
  | { readonly type: 'subscriber-gone' }
  | { readonly type: 'heartbeat-due' }
  | { readonly type: 'lease-over' }

export interface AgentSessionTimes {
  readonly heartbeatMs: number
  /** Silence after which the session ends. */
  readonly leaseMs: number
  readonly epoch: number
}

/**
 * The master's end of one agent's connection: passes calls up and events down, sends a HEARTBEAT, and holds the lease,
 * which each call of the agent renews. It ends with the agent's actor, or when the lease runs out: a stopped process whose
 * socket stays open is only noticed so.
 */
export function agentSession(
  connection: string,
  master: ActorRef<MasterEvent>,
  subscriber: ActorRef<AgentEvent>,
  { heartbeatMs, leaseMs, epoch }: AgentSessionTimes,
): Behavior<AgentSessionMessage> {
  const behavior = setup<AgentSessionMessage | OwnMessage>((ctx) => {
    const renew = (): void => {
      ctx.timers.startSingle('lease', { type: 'lease-over' }, leaseMs)
    }
    ctx.watch(subscriber, { type: 'subscriber-gone' })
    ctx.timers.startPeriodic('heartbeat', { type: 'heartbeat-due' }, heartbeatMs)
    renew()
    return stateful<undefined, AgentSessionMessage | OwnMessage>(undefined, (state, message) => {
      switch (message.type) {
        case 'deliver':
          subscriber.tell(message.event)
          return state
        case 'heartbeat-due':
          subscriber.tell({ type: 'HEARTBEAT', epoch })
          return state
        case 'subscriber-gone':
        case 'lease-over':
          master.tell({ type: 'disconnected', connection })
          ctx.stop()
          return state
        case 'close':
          ctx.stop()
          return state
        default:
          renew()
          if (message.type !== 'HEARTBEAT') {
            master.tell({ type: 'agent-call', connection, call: message })
          }
          return state
      }
    })
  })
  return behavior
}
