/**
 * What masters of one standalone cluster share in ZooKeeper: which of them leads ({@link Election}), and what the leader must not
 * forget ({@link ZooKeeperRecoveryStore}). Its protocol is spoken here, over the network that the platform has.
 *
 * Guarantees: a session is given up before the servers give it up, so that at most one master believes to lead; what is
 * written is durable once its promise resolves.
 */
export { Election } from './election.ts'
export type { ElectionOptions } from './election.ts'
export { ZooKeeperRecoveryStore } from './store.ts'
export { parseZooKeeperUrl } from './zookeeper-url.ts'
export type { ZooKeeperPlace } from './zookeeper-url.ts'
