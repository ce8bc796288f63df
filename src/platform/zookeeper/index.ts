/**
 * Apache ZooKeeper, as far as masters need it: a session over the network that the platform has, its tree of small values, and a queue in
 * it whose first one leads. Its protocol is spoken here; no package is needed.
 *
 * {@link ZooKeeperTwin} is the other end in memory: servers that share one tree, each on a node of a simulated world.
 *
 * Guarantees: a session is given up before the servers give it up, so that at most one member of a queue believes to lead; what is
 * written is durable once its promise resolves.
 */
export { Election, findLeader } from './election.ts'
export type { ElectionOptions, Leadership, QueuePlace } from './election.ts'
export { refusalOf } from './errors.ts'
export type { KeyTree, TreeChange } from './key-tree.ts'
export { parseServers } from './servers.ts'
export type { ZooKeeperPlace } from './servers.ts'
export { ZooKeeperTwin } from './twin.ts'
