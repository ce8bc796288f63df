import type { ActorRef, TroupeNode } from '../../actors/index.ts'
import { isTroupeError, type TroupeError } from '../../platform/index.ts'
import type { AgentMessage } from '../agent/index.ts'
import type { MasterMessage } from '../master/index.ts'

/** Where the master stands on its node. */
export const MASTER_PATH = '/user/master'
/** Where the agent stands on its node. */
export const AGENT_PATH = '/user/agent'

const JOIN_TIMEOUT_MS = 5000

/** Finds the master of the node that listens at `address` (`host:port`). */
export function masterAt(
  node: TroupeNode,
  address: string,
): () => Promise<ActorRef<MasterMessage>> {
  return async () => {
    const peer = await node.join(address, { timeoutMs: JOIN_TIMEOUT_MS })
    return peer.resolve<MasterMessage>(MASTER_PATH)
  }
}

/** Finds the agent of the node that listens at `address` (`host:port`). */
export function agentAt(node: TroupeNode, address: string): () => Promise<ActorRef<AgentMessage>> {
  return async () => {
    const peer = await node.join(address, { timeoutMs: JOIN_TIMEOUT_MS })
    return peer.resolve<AgentMessage>(AGENT_PATH)
  }
}

/** Whether no later attempt can change `error`: the address is none, or the settings of the two nodes do not go together. */
export function isLastingRefusal(error: unknown): error is TroupeError {
  return (
    isTroupeError(error, 'TROUPE_NODE_ADDRESS_ILLEGAL') ||
    isTroupeError(error, 'TROUPE_NODE_WRONG_SECRET') ||
    isTroupeError(error, 'TROUPE_NODE_PROTOCOL_VERSION')
  )
}
