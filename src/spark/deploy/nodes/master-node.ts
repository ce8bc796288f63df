import {
  ActorSystem,
  formatAddress,
  startNode,
  type ActorRef,
  type NodeOptions,
  type TroupeNode,
} from '../../../actors/index.ts'
import type { Environment } from '../../../platform/index.ts'
import { MASTER_NAME } from '../client/index.ts'
import {
  FileRecoveryStore,
  sparkMaster,
  type MasterMessage,
  type MasterOptions,
} from '../master/index.ts'
import { OUT_OF_REACH_MS } from './out-of-reach.ts'

/** Settings of a master's process. */
export interface MasterNodeOptions {
  readonly environment: Environment
  /** Where it listens; port 0 by default, which is any free one. */
  readonly node?: NodeOptions
  readonly options?: Partial<MasterOptions>
  /** `spark.deploy.recoveryDirectory`, with recovery mode FILESYSTEM; nothing is written down without. */
  readonly recoveryDirectory?: string | undefined
}

/** A master that runs, and the way to it. */
export interface MasterNode {
  readonly system: ActorSystem
  readonly node: TroupeNode
  readonly master: ActorRef<MasterMessage>
  /** `host:port` */
  readonly address: string
}

/** Starts a node that listens, and on it the master. @throws what `startNode` throws */
export async function startSparkMaster(options: MasterNodeOptions): Promise<MasterNode> {
  const { environment, recoveryDirectory } = options
  const system = ActorSystem.create('spark-master', { environment })
  const node = await startNode(system, { unreachableLimitMs: OUT_OF_REACH_MS, ...options.node })
  const store =
    recoveryDirectory === undefined
      ? undefined
      : new FileRecoveryStore(environment.disk, environment.disk.absolute(recoveryDirectory))
  const settings = { ...(options.options && { options: options.options }), store }
  const master = system.spawn(sparkMaster(settings), MASTER_NAME)
  return { system, node, master, address: formatAddress(node.address ?? { host: '', port: 0 }) }
}
