import { formatAddress, startInspector, startNode, type TroupeNode } from '../../actors/index.ts'
import type { ExecutorTemplate } from '../executor/index.ts'
import type { ExecutorProfile } from '../resources/index.ts'
import type { BackendContext } from './scheduler-backend.ts'

/** Where a driver's executors reach it. */
export interface DriverNodeOptions {
  /** The node of the driver's system, if it is one already. */
  readonly node?: TroupeNode | undefined
  /** Where the driver's node listens; 127.0.0.1 by default. */
  readonly host?: string | undefined
  /** The secret of the cluster's nodes, if it has one. */
  readonly secret?: string | undefined
}

/** A driver that executors of its application, and nobody else, may register with. */
export interface DriverNode {
  readonly node: TroupeNode
  /** What each of them is told. */
  readonly executor: ExecutorTemplate
}

/**
 * What executors of a resource profile are told, with a heap of `memoryMb` each.
 *
 * @throws TROUPE_SPARK_MEMORY_TOO_SMALL
 */
export function profiledExecutor(
  { storage }: BackendContext,
  executor: ExecutorTemplate,
  { profileId, offHeapMb }: ExecutorProfile,
  memoryMb: number,
): ExecutorTemplate {
  const own = storage(memoryMb * 2 ** 20, 'executor', offHeapMb)
  return { ...executor, storage: own, resourceProfileId: profileId }
}

/**
 * Makes the driver's system a node for executors with a heap of `memoryMb` each.
 *
 * @throws TROUPE_SPARK_MEMORY_TOO_SMALL, and what starting a node throws
 */
export async function openDriverNode(
  context: BackendContext,
  { node: given, host = '127.0.0.1', secret }: DriverNodeOptions,
  memoryMb: number,
): Promise<DriverNode> {
  const { system, applicationId, networkTimeoutMs } = context
  // Executors that would refuse their memory are not even started.
  const storage = context.storage(memoryMb * 2 ** 20, 'executor')
  const node =
    given ?? (await startNode(system, { host, ...(secret === undefined ? {} : { secret }) }))
  const token = Buffer.from(context.token).toString('hex')
  node.addToken(applicationId, token)
  // Whoever registers is sent the user's code and data.
  node.guard(context.registry, applicationId)
  startInspector(system)
  const address = node.address ?? { host, port: 0 }
  context.driverAt(address)
  const driver = formatAddress(address)
  return { node, executor: { driver, token, secret, networkTimeoutMs, storage } }
}
