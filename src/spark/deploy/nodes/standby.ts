import { accepting, aRef, protocol, receive, type Behavior } from '../../../actors/index.ts'
import type { AskLeader } from '../client/index.ts'

/** What leads is asked for at a master that does not lead itself: who knows one of the masters finds it. */
export function standby(leader: () => Promise<string | undefined>): Behavior<AskLeader> {
  const behavior = receive<AskLeader>(async ({ replyTo }) => {
    replyTo.tell({ type: 'leader', address: await leader() })
  })
  return accepting(protocol<AskLeader>({ 'ask-leader': { replyTo: aRef } }), behavior)
}
