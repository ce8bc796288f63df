import type { Environment } from '../../../platform/index.ts'
import { Election, type ZooKeeperPlace } from '../../../platform/zookeeper/index.ts'
import type { RecoveryStore } from '../master/index.ts'
import { ZooKeeperRecoveryStore } from './store.ts'

/** As Spark's (`ZK_SESSION_TIMEOUT_MILLIS`); ZooKeeper's servers may shorten it. */
const SESSION_MS = 60_000
/** What Apache Curator calls the members of its queues. */
const STEM = '-latch-'
const SCHEME = 'spark://'

/** Where the masters of a cluster elect the one that leads. */
export interface SharedPlace extends ZooKeeperPlace {
  /** `spark.deploy.zookeeper.dir` */
  readonly directory: string
  /** How long a leader that is silent stays it; a minute by default. */
  readonly sessionTimeoutMs?: number
}

/** What becomes of a master that stands for election. */
export interface Candidate {
  /** It leads, with what the leader before has written down, as long as `isHeld` says so. */
  readonly onElected: (store: RecoveryStore, isHeld: () => boolean) => void
  /** Where all that stand listen, the leader among them; told to the leader. */
  readonly onMasters: (addresses: readonly string[]) => void
  readonly onLost: (reason: string) => void
}

/** The part in the election of a master that listens at `address` (`host:port`); `run` begins it. */
export function standForMaster(
  environment: Environment,
  address: string,
  { servers, root, directory, sessionTimeoutMs = SESSION_MS }: SharedPlace,
  { onElected, onMasters, onLost }: Candidate,
): Election {
  const place = `${root}/${directory.replaceAll(/^\/+|\/+$/g, '')}`
  return new Election({
    environment,
    servers,
    room: `${place}/leader_election`,
    stem: STEM,
    prefix: `_c_${environment.random.id()}${STEM}`,
    value: new TextEncoder().encode(SCHEME + address),
    sessionTimeoutMs,
    onElected: ({ tree, isHeld }) => {
      onElected(new ZooKeeperRecoveryStore(tree, place), isHeld)
    },
    onMembers: (values) => {
      onMasters(values.flatMap(addressOf))
    },
    onLost,
  })
}

/** Where a member listens; nothing of a stranger's. */
export function addressOf(value: Uint8Array | undefined): readonly string[] {
  const text = new TextDecoder().decode(value)
  return text.startsWith(SCHEME) ? [text.slice(SCHEME.length)] : []
}
