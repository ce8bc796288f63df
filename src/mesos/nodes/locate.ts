import { formatAddress, type ActorRef, type TroupeNode } from '../../actors/index.ts'
import {
  bodyOf,
  isTroupeError,
  type Address,
  type Http,
  type TroupeError,
} from '../../platform/index.ts'
import type { AgentMessage } from '../agent/index.ts'
import { MesosError } from '../errors.ts'
import type { MasterMessage } from '../master/index.ts'
import { isMasterUrl, masterUrl } from '../master-url.ts'
import { LINE_FLAG } from './line-flag.ts'

/** Where the master stands on its node. */
export const MASTER_PATH = '/user/master'
/** Where the agent stands on its node. */
export const AGENT_PATH = '/user/agent'

const JOIN_TIMEOUT_MS = 5000

/**
 * Finds the master of the node that listens at `address`: `host:port` of its line, or `http://host:port` of its HTTP door,
 * which tells where the line is.
 */
export function masterAt(
  node: TroupeNode,
  address: string,
): () => Promise<ActorRef<MasterMessage>> {
  return async () => {
    const { http } = node.system.environment
    const line = isMasterUrl(address) ? await lineBehind(http, masterUrl(address)) : address
    const peer = await node.join(line, { timeoutMs: JOIN_TIMEOUT_MS })
    return peer.resolve<MasterMessage>(MASTER_PATH)
  }
}

/** Where the line of the master is whose HTTP door is at `door`. @throws TROUPE_MESOS_LINE_UNKNOWN, and what `request` throws */
async function lineBehind(http: Http, door: Address): Promise<string> {
  const response = await http.request(door, {
    method: 'GET',
    target: '/flags',
    headers: { host: formatAddress(door) },
    body: new Uint8Array(0),
  })
  const text = new TextDecoder().decode(await bodyOf(response))
  const line = response.status === 200 ? lineIn(text) : undefined
  if (line !== undefined) return line
  const at = formatAddress(door)
  throw new MesosError(
    'TROUPE_MESOS_LINE_UNKNOWN',
    `http://${at} does not say where agents reach its master: it is no master of Troupe. Give host:port of one.`,
    { data: { door: at, status: response.status } },
  )
}

function lineIn(text: string): string | undefined {
  try {
    const { flags } = JSON.parse(text) as { readonly flags?: Readonly<Record<string, unknown>> }
    const line = flags?.[LINE_FLAG]
    return typeof line === 'string' ? line : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
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
