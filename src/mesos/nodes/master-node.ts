import {
  ActorSystem,
  formatAddress,
  startNode,
  type ActorRef,
  type NodeOptions,
  type TroupeNode,
} from '../../actors/index.ts'
import type { Environment } from '../../platform/index.ts'
import { LINE_FLAG, masterDoor, type MasterDoorSettings } from '../http/index.ts'
import { HttpDoor, type DoorAddress } from './http-door.ts'
import { masterBehavior, type MasterMessage, type MasterSettings } from '../master/index.ts'

/** Settings of a master's process. */
export interface MasterNodeOptions {
  readonly environment: Environment
  /** The system to live in; a new one called `master` by default. */
  readonly system?: ActorSystem
  /** Where it listens; port 0 by default, which is any free one. */
  readonly node?: NodeOptions
  readonly settings?: MasterSettings
  /** Where its registry is kept; in memory by default, and then it ends with the process. */
  readonly registryDirectory?: string
  /** Where it listens for HTTP; not at all by default. */
  readonly http?: DoorAddress
  /** How its HTTP door is kept. */
  readonly door?: Omit<MasterDoorSettings, 'master' | 'flags'>
  /** The flags it was started with, for operators to read. */
  readonly flags?: Readonly<Record<string, string>>
}

/** A master that runs, and the way to it. */
export interface MasterNode {
  readonly system: ActorSystem
  readonly node: TroupeNode
  readonly master: ActorRef<MasterMessage>
  /** `host:port` of its line, for agents and frameworks of the house. */
  readonly address: string
  /** `host:port` of its HTTP door, if it has one. */
  readonly httpAddress: string | undefined
}

/**
 * Starts a node that listens, and on it the master; before it, if that is asked for, the HTTP door.
 * @throws what `startNode` throws; TROUPE_PLATFORM_ADDRESS_IN_USE, TROUPE_PLATFORM_LISTEN_FAILED
 */
export async function startMasterNode(options: MasterNodeOptions): Promise<MasterNode> {
  const { environment } = options
  const system = options.system ?? ActorSystem.create('master', { environment })
  const door = options.http && (await HttpDoor.listen(system, options.http))
  const node = await startNode(system, options.node ?? {}).catch(async (error: unknown) => {
    await door?.close()
    throw error
  })
  const line = node.address ?? { host: '127.0.0.1', port: 0 }
  const { host, port } = door?.address ?? line
  const given = options.settings?.master
  const { registryDirectory } = options
  const master = system.spawn(
    masterBehavior({
      ...(registryDirectory !== undefined && {
        openRegistry: () => environment.stores.open(registryDirectory),
      }),
      ...options.settings,
      master: {
        hostname: host,
        ip: host,
        port,
        // Where no registry has known its predecessors, the time of its start tells it from them.
        epoch: Math.floor(environment.clock.wallNow()),
        isEpochGuessed: given?.epoch === undefined && registryDirectory === undefined,
        ...given,
      },
    }),
    'master',
  )
  const flags = { ...options.flags, [LINE_FLAG]: formatAddress(line) }
  door?.open(masterDoor({ ...options.door, master, flags }))
  return {
    system,
    node,
    master,
    address: formatAddress(line),
    httpAddress: door && formatAddress(door.address),
  }
}
