import type { ActorRef } from '../../actors/index.ts'
import type { AgentConnected, MasterMessage } from '../master/index.ts'
import type { AgentCall, AgentEvent } from '../protocol/index.ts'
import type { OpenSession } from '../session/index.ts'

/** How an agent opens its sessions with a master that `locate` finds: afresh at each attempt, as it may have moved. */
export function connectAgent(
  locate: () => Promise<ActorRef<MasterMessage>>,
): OpenSession<AgentCall, AgentEvent> {
  return async (subscriber) => {
    const master = await locate()
    const connected = await master.ask<AgentConnected>((replyTo) => ({
      type: 'connect-agent',
      subscriber,
      replyTo,
    }))
    return connected.session
  }
}
