/**
 * What masters of one cluster share in ZooKeeper (`zk://…`): which of them leads, and the registry.
 *
 * {@link standForLeader} queues up as Mesos' masters do, so that any client that looks for a leader there finds it; {@link findMaster} looks
 * for one, of Troupe or of Apache Mesos. {@link ZooKeeperRegistryStore} keeps the registry of whichever leads.
 *
 * Guarantee: who leads is given up before another one can be elected, and the registry's epoch grows with each leader.
 *
 * @see master/contender/zookeeper.cpp, master/detector/zookeeper.cpp of Apache Mesos
 */
export { findMaster, readMasterInfo, standForLeader } from './leader.ts'
export type { Candidate, MasterPlace, SharedPlace } from './leader.ts'
export { ZooKeeperRegistryStore } from './registry-store.ts'
export { isZooKeeperUrl, parseZooKeeperUrl } from './zookeeper-url.ts'
