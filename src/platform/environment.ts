import type { Cassandra } from './cql.ts'
import type { Clock, TurnScheduler } from './clock.ts'
import type { Crypto } from './crypto.ts'
import type { Disk } from './disk.ts'
import type { EventLogs } from './event-log.ts'
import type { HeapStatistics } from './heap.ts'
import type { Http } from './http.ts'
import type { Log } from './log.ts'
import type { ModuleLoader } from './modules.ts'
import type { Network } from './network.ts'
import type { ObjectStores } from './object-store.ts'
import type { Processes } from './process.ts'
import type { Random } from './random.ts'
import type { Reachability } from './reachability.ts'
import type { Simulation } from './simulation.ts'
import type { Stores } from './store.ts'
import type { TableStores } from './table-store.ts'
import type { Threads } from './thread.ts'
import type { ThreadUsage } from './usage.ts'

/**
 * Everything that a program can reach outside itself. Nothing else in Troupe touches the clock, chance,
 * the event loop, sockets, files, processes, threads or module loading; so the same program runs for
 * real or in one thread under a virtual clock.
 */
export interface Environment {
  readonly clock: Clock
  readonly turns: TurnScheduler
  readonly random: Random
  readonly crypto: Crypto
  readonly network: Network
  readonly http: Http
  readonly disk: Disk
  readonly objectStores: ObjectStores
  readonly stores: Stores
  readonly eventLogs: EventLogs
  readonly tableStores: TableStores
  readonly cassandra: Cassandra
  readonly processes: Processes
  readonly threads: Threads
  readonly modules: ModuleLoader
  readonly heap: HeapStatistics
  readonly usage: ThreadUsage
  readonly reachability: Reachability
  readonly log: Log
  /** The simulation that the program runs in; undefined for real. */
  readonly simulation?: Simulation
}
