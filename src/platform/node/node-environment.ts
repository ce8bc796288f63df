import type { Environment } from '../environment.ts'
import { nodeClock, nodeTurns } from './clock.ts'
import { nodeCassandra } from './cassandra.ts'
import { nodeCrypto } from './crypto.ts'
import { nodeDisk } from './disk.ts'
import { nodeEventLogs } from './event-logs.ts'
import { lmdbStores } from './lmdb-stores.ts'
import { nodeUsage } from './usage.ts'
import { nodeHeap } from './heap.ts'
import { nodeReachability } from './reachability.ts'
import { nodeHttp } from './http.ts'
import { nodeLog } from './log.ts'
import type { NodeLogOptions } from './log.ts'
import { nodeModules } from './modules.ts'
import { nodeNetwork } from './network.ts'
import { nodeObjectStores } from './s3.ts'
import { nodeProcesses } from './processes.ts'
import { nodeRandom } from './random.ts'
import { nodeTableStores } from './table-stores.ts'
import { nodeThreads } from './threads.ts'
import { wakefulness } from './wakefulness.ts'

export interface NodeEnvironmentOptions {
  readonly log?: NodeLogOptions
  /**
   * How long the event loop of this thread, and of threads started from it, goes on turning after a message came from
   * another thread or node or went there, before it sleeps until the next: milliseconds from 0 to 1,000, fractions
   * allowed. 0.2 by default; 0 on a machine of one core. An answer within that time is handled some 40 µs earlier, at the
   * price of the core until then; where answers don't come so soon, the loop stops waiting for them by itself. The last
   * environment made in a thread decides.
   */
  readonly awakeMs?: number
}

/**
 * The real environment of this thread.
 * @throws TROUPE_PLATFORM_OPTION_INVALID
 */
export function nodeEnvironment(options: NodeEnvironmentOptions = {}): Environment {
  if (options.awakeMs !== undefined) wakefulness.awakeMs = options.awakeMs
  return {
    clock: nodeClock,
    turns: nodeTurns,
    random: nodeRandom(),
    crypto: nodeCrypto,
    network: nodeNetwork,
    http: nodeHttp,
    disk: nodeDisk,
    objectStores: nodeObjectStores,
    stores: lmdbStores,
    eventLogs: nodeEventLogs,
    tableStores: nodeTableStores,
    cassandra: nodeCassandra,
    processes: nodeProcesses,
    threads: nodeThreads(),
    modules: nodeModules,
    heap: nodeHeap,
    usage: nodeUsage,
    reachability: nodeReachability,
    log: nodeLog(options.log),
  }
}
