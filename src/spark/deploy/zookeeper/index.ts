/**
 * What masters of one standalone cluster share in ZooKeeper: which of them leads ({@link standForMaster}), and what the leader must not
 * forget ({@link ZooKeeperRecoveryStore}).
 */
export { addressOf, standForMaster } from './stand.ts'
export type { SharedPlace } from './stand.ts'
export { parseZooKeeperUrl } from './zookeeper-url.ts'
