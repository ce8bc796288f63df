import {
  ActorSystem,
  formatAddress,
  startNode,
  type ActorRef,
  type NodeOptions,
  type TroupeNode,
} from '../../../actors/index.ts'
import type { Address, Environment } from '../../../platform/index.ts'
import { MASTER_NAME, STANDBY_NAME } from '../client/index.ts'
import { openStateDoor, openSubmissionDoor } from '../http/index.ts'
import {
  FileRecoveryStore,
  sparkMaster,
  type MasterMessage,
  type MasterOptions,
  type RecoveryStore,
} from '../master/index.ts'
import { addressOf, standForMaster, type SharedPlace } from '../zookeeper/index.ts'
import { OUT_OF_REACH_MS } from './out-of-reach.ts'
import { standby } from './standby.ts'

/** Settings of a master's process. */
export interface MasterNodeOptions {
  readonly environment: Environment
  /** Where it listens; port 0 by default, which is any free one. */
  readonly node?: NodeOptions
  readonly options?: Partial<MasterOptions>
  /** `spark.deploy.recoveryDirectory`, with recovery mode FILESYSTEM; nothing is written down without. */
  readonly recoveryDirectory?: string | undefined
  /** With recovery mode ZOOKEEPER: it leads when it is elected, and ends when it leads no more. */
  readonly zookeeper?: SharedPlace | undefined
  /** Where its state is to be read by HTTP; nowhere by default. */
  readonly stateDoor?: Address | undefined
  /** Where programs are taken by Spark's REST protocol; nowhere by default. */
  readonly submissionDoor?: Address | undefined
}

/** A master that runs, and the way to it. */
export interface MasterNode {
  readonly system: ActorSystem
  readonly node: TroupeNode
  /** Undefined while another one leads. */
  readonly master: () => ActorRef<MasterMessage> | undefined
  /** `host:port` */
  readonly address: string
  /** `host:port` of the doors that it has. */
  readonly stateAddress: string | undefined
  readonly submissionAddress: string | undefined
  /** Resolves when it has ended, and another one may lead. */
  readonly ended: Promise<void>
}

/** Starts a node that listens, and on it the master, at once or when it is elected. @throws what `startNode` throws */
export async function startSparkMaster(options: MasterNodeOptions): Promise<MasterNode> {
  const { environment, recoveryDirectory, zookeeper } = options
  const system = ActorSystem.create('spark-master', { environment })
  const node = await startNode(system, { unreachableLimitMs: OUT_OF_REACH_MS, ...options.node })
  const address = formatAddress(node.address ?? { host: '', port: 0 })
  let leader: ActorRef<MasterMessage> | undefined
  const lead = (store: RecoveryStore | undefined, isLeading?: () => boolean): void => {
    const settings = { ...(options.options && { options: options.options }), store, isLeading }
    leader = system.spawn(sparkMaster(settings), MASTER_NAME)
  }
  const election =
    zookeeper &&
    standForMaster(environment, placeOf(environment, address), zookeeper, {
      onElected: (store, isHeld) => {
        environment.log.write('info', `the master at ${address} has been elected: it leads`)
        lead(store, isHeld)
      },
      onMasters: (addresses) => leader?.tell({ type: 'masters', addresses }),
      onLost: (reason) => {
        const what = `the master at ${address} leads no more, and ends: its session with ZooKeeper is lost (${reason})`
        environment.log.write('error', what)
        void system.terminate()
      },
    })
  if (election === undefined) {
    const { disk } = environment
    lead(
      recoveryDirectory === undefined
        ? undefined
        : new FileRecoveryStore(disk, disk.absolute(recoveryDirectory)),
    )
  } else {
    const leaderAt = async (): Promise<string | undefined> => addressOf(await election.leader())[0]
    system.spawn(standby(leaderAt), STANDBY_NAME)
  }
  const master = (): ActorRef<MasterMessage> | undefined => leader
  try {
    const state =
      options.stateDoor &&
      (await openStateDoor(system, master, `spark://${address}`, options.stateDoor))
    const submission =
      options.submissionDoor && (await openSubmissionDoor(system, master, options.submissionDoor))
    void election?.run()
    return {
      system,
      node,
      master,
      address,
      stateAddress: state && formatAddress(state),
      submissionAddress: submission && formatAddress(submission),
      ended: system.whenTerminated.then(() => election?.stop()),
    }
  } catch (error) {
    await system.terminate()
    throw error
  }
}

/** How others reach it: where it listens at all of its machine's addresses, by the machine's name. */
function placeOf({ processes }: Environment, address: string): string {
  return address.replace(/^(0\.0\.0\.0|\[::\])(?=:)/, processes.hostname)
}
