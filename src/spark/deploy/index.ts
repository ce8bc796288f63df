/**
 * The standalone cluster (`spark://host:port`): a master, workers on each machine, and programs that are run on them.
 *
 * A *worker* registers what it has with the *master*; an *application* registers what it wants, and the master has workers start *executors* for it,
 * a process each, which register with the application's driver. A *driver* may itself be submitted, and runs on a worker then. All of them are
 * actors that hold sessions: none is the parent of another, and each outlives the master, except that what a worker runs ends with the worker.
 *
 * Guarantees: no worker is given more than it has; an application gets no more cores than it wants; with a recovery directory a master that is
 * started again goes on with the workers, applications and drivers that it had, and places nothing before they have had time to come back.
 * Masters that share a folder in ZooKeeper elect one of them; when it ends, the next one goes on with all that it had.
 */
export { DriverClient, clusterDriver } from './client/index.ts'
export { killResponse, responseText, statusResponse } from './http/index.ts'
export { startSparkMaster, startSparkWorker } from './nodes/index.ts'
export type { MasterNode, MasterNodeOptions, WorkerNode, WorkerNodeOptions } from './nodes/index.ts'
export { parseZooKeeperUrl } from './zookeeper/index.ts'
export type { SharedPlace } from './zookeeper/index.ts'
