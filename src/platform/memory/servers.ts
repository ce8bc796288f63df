import type { Cassandra } from '../cql.ts'
import type { Disk } from '../disk.ts'
import type { EventLogs } from '../event-log.ts'
import type { TableStores } from '../table-store.ts'
import { MemoryCassandra } from './cassandra.ts'
import { MemoryEventLogs } from './event-logs.ts'
import type { MemoryNode } from './memory-node.ts'
import { journalStores } from './ordered-stores.ts'
import { ServerJudges } from './server-judges.ts'
import { MemoryTableStores } from './table-stores.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** The servers of a simulated world, which all its nodes reach, and the embedded stores of each of them. */
export class MemoryServers {
  readonly eventLogs: MemoryEventLogs
  readonly tableStores: MemoryTableStores
  readonly cassandra: MemoryCassandra
  /** Machine → who has which directory of it open. */
  readonly #claims: Map<string, Map<string, () => boolean>> = new Map()

  /** @param disk of the servers, which loses nothing */
  constructor(disk: Disk, clock: VirtualClock) {
    const stores = journalStores(disk, new Map(), () => true)
    const wait = (ms: number): Promise<void> =>
      new Promise((resolve) => void clock.setTimer(ms, () => resolve()))
    this.eventLogs = new MemoryEventLogs(stores, () => clock.wallNow(), wait)
    const judges = new ServerJudges(wait)
    this.tableStores = new MemoryTableStores(stores, judges)
    this.cassandra = new MemoryCassandra(judges)
  }

  /** The ports of a node. */
  portsOf(
    node: MemoryNode,
    disk: Disk,
    wallNow: () => number,
  ): {
    readonly eventLogs: EventLogs
    readonly tableStores: TableStores
    readonly cassandra: Cassandra
  } {
    const claims = this.#claims.get(node.machine) ?? new Map<string, () => boolean>()
    this.#claims.set(node.machine, claims)
    const stores = journalStores(disk, claims, () => node.isAlive)
    return {
      eventLogs: this.eventLogs.of(stores, wallNow),
      tableStores: this.tableStores.of(stores),
      cassandra: this.cassandra,
    }
  }
}
