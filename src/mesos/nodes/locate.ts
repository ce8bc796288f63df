import {
  formatAddress,
  type ActorRef,
  type RemoteNode,
  type TroupeNode,
} from '../../actors/index.ts'
import { isTroupeError, type Address, type TroupeError } from '../../platform/index.ts'
import type { AgentMessage } from '../agent/index.ts'
import { MesosError } from '../errors.ts'
import { LINE_HEADER } from '../http/index.ts'
import type { MasterMessage } from '../master/index.ts'
import { isMasterUrl, masterUrl } from '../master-url.ts'
import { findMaster, isZooKeeperUrl } from '../zookeeper/index.ts'

/** Where the master stands on its node. */
export const MASTER_PATH = '/user/master'
/** Where the agent stands on its node. */
export const AGENT_PATH = '/user/agent'

const JOIN_TIMEOUT_MS = 5000

/**
 * Finds the master of the node that listens at `address`: `host:port` of its line, or `host:port` or `http://host:port` of its
 * HTTP door, which tells where the line is; or `zk://…`, where the master that leads is looked for each time.
 */
export function masterAt(
  node: TroupeNode,
  address: string,
): () => Promise<ActorRef<MasterMessage>> {
  return async () => {
    const peer = isZooKeeperUrl(address)
      ? await joinLeader(node, address)
      : isMasterUrl(address)
        ? await joinBehind(node, masterUrl(address))
        : await joinAt(node, address).catch(async (error: unknown) => {
            // What listens there speaks something else: it may be the HTTP door, as frameworks know it.
            if (!isTroupeError(error, 'TROUPE_NODE_HANDSHAKE')) throw error
            return joinBehind(node, masterUrl(`http://${address}`)).catch(() => {
              throw error
            })
          })
    return peer.resolve<MasterMessage>(MASTER_PATH)
  }
}

/** @throws TROUPE_MESOS_LINE_UNKNOWN of a master of Apache Mesos, and what `findMaster` and `join` throw */
async function joinLeader(node: TroupeNode, url: string): Promise<RemoteNode> {
  const { door, line } = await findMaster(node.system.environment, url)
  if (line === undefined) throw lineUnknown(door)
  return joinAt(node, line)
}

function lineUnknown(door: Address, data: { readonly status?: number } = {}): MesosError {
  const at = formatAddress(door)
  return new MesosError(
    'TROUPE_MESOS_LINE_UNKNOWN',
    `http://${at} does not say where agents reach its master: it is no master of Troupe. Give host:port of one.`,
    { data: { door: at, ...data } },
  )
}

function joinAt(node: TroupeNode, line: string): Promise<RemoteNode> {
  return node.join(line, { timeoutMs: JOIN_TIMEOUT_MS })
}

/** The node whose HTTP door is at `door`. @throws TROUPE_MESOS_LINE_UNKNOWN, and what `request` and `join` throw */
async function joinBehind(node: TroupeNode, door: Address): Promise<RemoteNode> {
  const response = await node.system.environment.http.request(door, {
    method: 'GET',
    target: '/health',
    headers: { host: formatAddress(door) },
    body: new Uint8Array(0),
  })
  response.destroy()
  const line = response.status === 200 ? response.headers[LINE_HEADER] : undefined
  if (line !== undefined) return joinAt(node, line)
  throw lineUnknown(door, { status: response.status })
}

/** Finds the agent of the node that listens at `address` (`host:port`). */
export function agentAt(node: TroupeNode, address: string): () => Promise<ActorRef<AgentMessage>> {
  return async () => {
    const peer = await node.join(address, { timeoutMs: JOIN_TIMEOUT_MS })
    return peer.resolve<AgentMessage>(AGENT_PATH)
  }
}

/**
 * Finds what `locate` does. The first failure that ends the search for good is told to `refused`: one that no later attempt can
 * change before anything was found, or that the other side has given this node up.
 */
export function untilRefused<T>(
  locate: () => Promise<T>,
  refused: (error: TroupeError) => void,
): () => Promise<T> {
  let isKnown = false
  let isRefused = false
  return async () => {
    try {
      const found = await locate()
      isKnown = true
      return found
    } catch (error) {
      const isOver = isTroupeError(error, 'TROUPE_NODE_QUARANTINED')
      if (!isRefused && (isOver || (!isKnown && isLastingRefusal(error)))) {
        isRefused = true
        refused(error)
      }
      throw error
    }
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
