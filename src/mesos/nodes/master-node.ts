import {
  ActorSystem,
  formatAddress,
  startNode,
  type ActorRef,
  type NodeOptions,
  type TroupeNode,
} from '../../actors/index.ts'
import type { Environment } from '../../platform/index.ts'
import { masterBehavior, type MasterMessage, type MasterSettings } from '../master/index.ts'

/** Settings of a master's process. */
export interface MasterNodeOptions {
  readonly environment: Environment
  /** The system to live in; a new one called `master` by default. */
  readonly system?: ActorSystem
  /** Where it listens; port 0 by default, which is any free one. */
  readonly node?: NodeOptions
  readonly settings?: MasterSettings
}

/** A master that runs, and the way to it. */
export interface MasterNode {
  readonly system: ActorSystem
  readonly node: TroupeNode
  readonly master: ActorRef<MasterMessage>
  /** `host:port`, for agents and frameworks. */
  readonly address: string
}

/** Starts a node that listens, and on it the master. @throws what `startNode` throws */
export async function startMasterNode(options: MasterNodeOptions): Promise<MasterNode> {
  const { environment } = options
  const system = options.system ?? ActorSystem.create('master', { environment })
  const node = await startNode(system, options.node ?? {})
  const { host, port } = node.address ?? { host: '127.0.0.1', port: 0 }
  const given = options.settings?.master
  const master = system.spawn(
    masterBehavior({
      ...options.settings,
      master: {
        hostname: host,
        ip: host,
        port,
        // Until a registry keeps it, the time of its start tells a master from its predecessors.
        epoch: environment.clock.wallNow(),
        isEpochGuessed: given?.epoch === undefined,
        ...given,
      },
    }),
    'master',
  )
  return { system, node, master, address: formatAddress({ host, port }) }
}
