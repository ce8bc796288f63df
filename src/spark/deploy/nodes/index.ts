/**
 * Processes of a standalone cluster: a node that listens, with a master or a worker on it.
 */
export { startSparkMaster } from './master-node.ts'
export type { MasterNode, MasterNodeOptions } from './master-node.ts'
export { startSparkWorker } from './worker-node.ts'
export type { WorkerNode, WorkerNodeOptions } from './worker-node.ts'
