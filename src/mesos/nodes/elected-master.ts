import type { ActorRef } from '../../actors/index.ts'
import { standbyDoor } from '../http/index.ts'
import type { MasterMessage } from '../master/index.ts'
import {
  ZooKeeperRegistryStore,
  readMasterInfo,
  standForLeader,
  type SharedPlace,
} from '../zookeeper/index.ts'
import {
  leadAt,
  openMasterPlace,
  placeOf,
  type MasterNode,
  type MasterNodeOptions,
} from './master-node.ts'

/** Settings of the process of a master that stands for election; its registry is in ZooKeeper, too. */
export interface ElectedMasterOptions extends Omit<MasterNodeOptions, 'registryDirectory'> {
  readonly zookeeper: SharedPlace
}

/** A master that leads, or waits until it does. */
export interface ElectedMaster extends Omit<MasterNode, 'master'> {
  /** Undefined while another one leads. */
  readonly master: () => ActorRef<MasterMessage> | undefined
  /** Resolves when it has ended, and another one may lead. */
  readonly ended: Promise<void>
}

/**
 * Starts a node that listens, and on it the master once it is elected; its HTTP door sends others on to the one that leads until then. It
 * ends when it leads no more.
 * @throws what `startMasterNode` throws
 */
export async function startElectedMaster(options: ElectedMasterOptions): Promise<ElectedMaster> {
  const { environment, zookeeper } = options
  const place = await openMasterPlace(options)
  const { system, door } = place
  const { address, httpAddress, node } = placeOf(place)
  let master: ActorRef<MasterMessage> | undefined
  const election = standForLeader(environment, zookeeper, {
    door: door?.address ?? node.address ?? { host: '127.0.0.1', port: 0 },
    line: address,
    onElected: ({ tree }) => {
      environment.log.write('info', `the master at ${address} has been elected: it leads`)
      const registry = new ZooKeeperRegistryStore(tree, zookeeper.room)
      master = leadAt(place, options, () => Promise.resolve(registry))
    },
    onLost: (reason) => {
      const what = `the master at ${address} leads no more, and ends: its session with ZooKeeper is lost (${reason})`
      environment.log.write('error', what)
      void system.terminate()
    },
  })
  door?.open(
    standbyDoor(async () => readMasterInfo(await election.leader())?.door),
    'standby-http',
  )
  void election.run()
  return {
    system,
    node,
    address,
    httpAddress,
    master: () => master,
    ended: system.whenTerminated.then(() => election.stop()),
  }
}
