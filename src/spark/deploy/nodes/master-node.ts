import {
  ActorSystem,
  formatAddress,
  startNode,
  type ActorRef,
  type NodeOptions,
  type TroupeNode,
} from '../../../actors/index.ts'
import type { Address, Environment } from '../../../platform/index.ts'
import { MASTER_NAME } from '../client/index.ts'
import { openStateDoor, openSubmissionDoor } from '../http/index.ts'
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
  /** Where its state is to be read by HTTP; nowhere by default. */
  readonly stateDoor?: Address | undefined
  /** Where programs are taken by Spark's REST protocol; nowhere by default. */
  readonly submissionDoor?: Address | undefined
}

/** A master that runs, and the way to it. */
export interface MasterNode {
  readonly system: ActorSystem
  readonly node: TroupeNode
  readonly master: ActorRef<MasterMessage>
  /** `host:port` */
  readonly address: string
  /** `host:port` of the doors that it has. */
  readonly stateAddress: string | undefined
  readonly submissionAddress: string | undefined
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
  const address = formatAddress(node.address ?? { host: '', port: 0 })
  const { stateDoor, submissionDoor } = options
  try {
    const state =
      stateDoor && (await openStateDoor(system, master, `spark://${address}`, stateDoor))
    const submission = submissionDoor && (await openSubmissionDoor(system, master, submissionDoor))
    return {
      system,
      node,
      master,
      address,
      stateAddress: state && formatAddress(state),
      submissionAddress: submission && formatAddress(submission),
    }
  } catch (error) {
    await system.terminate()
    throw error
  }
}
