import {
  ActorSystem,
  formatAddress,
  startNode,
  type ActorRef,
  type NodeOptions,
  type TroupeNode,
} from '../../actors/index.ts'
import type { Address, Environment } from '../../platform/index.ts'
import { LINE_FLAG, masterDoor, type MasterDoorSettings } from '../http/index.ts'
import { HttpDoor, type DoorAddress } from './http-door.ts'
import { masterBehavior, type MasterMessage, type MasterSettings } from '../master/index.ts'
import type { RegistryStore } from '../registry/index.ts'

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
  const place = await openMasterPlace(options)
  const { registryDirectory, environment } = options
  const open =
    registryDirectory === undefined
      ? undefined
      : (): Promise<RegistryStore> => environment.stores.open(registryDirectory)
  return { ...placeOf(place), master: leadAt(place, options, open) }
}

/** Where a master lives, or will. */
export interface MasterPlace {
  readonly system: ActorSystem
  readonly node: TroupeNode
  readonly door: HttpDoor | undefined
}

/** @throws what `startMasterNode` throws */
export async function openMasterPlace(options: MasterNodeOptions): Promise<MasterPlace> {
  const { environment } = options
  const system = options.system ?? ActorSystem.create('master', { environment })
  const door = options.http && (await HttpDoor.listen(system, options.http))
  const node = await startNode(system, options.node ?? {}).catch(async (error: unknown) => {
    await door?.close()
    throw error
  })
  return { system, node, door }
}

/** How others reach it. */
export function placeOf({ system, node, door }: MasterPlace): Omit<MasterNode, 'master'> {
  return {
    system,
    node,
    address: formatAddress(lineOf(node)),
    httpAddress: door && formatAddress(door.address),
  }
}

/** Starts the master there, and opens its door. */
export function leadAt(
  { system, node, door }: MasterPlace,
  options: MasterNodeOptions,
  openRegistry: (() => Promise<RegistryStore>) | undefined,
): ActorRef<MasterMessage> {
  const line = lineOf(node)
  const { host, port } = door?.address ?? line
  const given = options.settings?.master
  const master = system.spawn(
    masterBehavior({
      ...(openRegistry !== undefined && { openRegistry }),
      ...options.settings,
      master: {
        hostname: host,
        ip: host,
        port,
        // Where no registry has known its predecessors, the time of its start tells it from them.
        epoch: Math.floor(options.environment.clock.wallNow()),
        isEpochGuessed: given?.epoch === undefined && openRegistry === undefined,
        ...given,
      },
    }),
    'master',
  )
  const flags = { ...options.flags, [LINE_FLAG]: formatAddress(line) }
  door?.open(masterDoor({ ...options.door, master, flags }))
  return master
}

function lineOf({ address }: TroupeNode): Address {
  return address ?? { host: '127.0.0.1', port: 0 }
}
