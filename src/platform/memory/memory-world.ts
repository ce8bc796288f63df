import type { Disk } from '../disk.ts'
import type { DiskJudge } from '../disk-interposer.ts'
import type { Environment } from '../environment.ts'
import type { LogLevel } from '../log.ts'
import type { CqlAnswers } from './cassandra.ts'
import type { DiskFate } from './disk.ts'
import type { WorldSimulation } from '../simulation.ts'
import type { ObjectStores } from '../object-store.ts'
import type { ObjectStoreJudge } from './object-stores.ts'
import type { ServerJudge } from './server-judges.ts'
import type { Delay, MemoryNetwork, Segments } from './network.ts'
import type { MemoryFilter, MemoryProgram, ProcessSignal } from './processes.ts'
import type { MemoryThreadEntry } from './threads.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface MemoryEnvironmentOptions {
  /** All chance of the world is drawn from it. 1 by default. */
  readonly seed?: string | number
  /** Unix time at the start, in milliseconds; 2024-01-01 by default. */
  readonly startWallMs?: number
  /** How long bytes take between nodes; 0 by default, which is still a turn of its own. */
  readonly delay?: Delay
  /** How long it takes until bytes are synced to a disk; 0 by default, which is still a turn of its own. */
  readonly syncDelay?: Delay
  /** Whether TCP cuts writes at random places; `as-written` by default. */
  readonly segments?: Segments
  /** What `Processes.start` finds, by command or by the name of its file without extension. */
  readonly programs?: Readonly<Record<string, MemoryProgram>>
  /** What `Processes.pipe` finds, by command or by the name of its file without extension. */
  readonly filters?: Readonly<Record<string, MemoryFilter>>
  /** What `Threads.start` finds, by URL or by the name of its file without extension. */
  readonly threads?: Readonly<Record<string, MemoryThreadEntry>>
  /** Modules by URL; others are really imported, while the world stands still. */
  readonly modules?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** What `HeapStatistics.limitBytes` says; 4 GiB by default. */
  readonly heapLimitBytes?: number
  /** Turns within one instant after which the simulation counts as stuck; 1,000,000 by default. */
  readonly turnsPerInstant?: number
  /** Who sees the world's turns and decides their order; without, they run first come, first served. */
  readonly simulation?: WorldSimulation
  /** Virtual time that `run` and `until` may take; one day by default. */
  readonly runLimitMs?: number
}

export interface MemoryNodeStart {
  /**
   * Nodes of one machine share its disk and its ports; by default a machine of the node's own name.
   */
  readonly machine?: string
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

export interface MemoryLogEntry {
  readonly node: string
  readonly timeMs: number
  readonly level: LogLevel
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface MemoryNodeInfo {
  readonly name: string
  readonly machine: string
  readonly pid: number
  readonly isAlive: boolean
}

/** What a node has not closed yet. */
export interface MemoryNodeUse {
  readonly name: string
  readonly timers: number
  readonly connections: number
  readonly listeners: number
  /** Files that were opened for writing. */
  readonly files: number
  readonly threads: number
}

/** A simulated world: its nodes, its time, its faults. */
export interface MemoryWorld {
  /**
   * The environment of a node; made on first use, and anew once that node has ended. `main` by
   * default.
   */
  environment(name?: string, start?: MemoryNodeStart): Environment
  readonly clock: VirtualClock
  /** Delays, cuts, resets and refusals. */
  readonly network: MemoryNetwork
  /** A machine's disk, for tests to fill and to look at. */
  disk(machine?: string): Disk
  /** The object store that all nodes reach, for tests to fill and to look at. */
  readonly objectStores: ObjectStores
  /** Shows each request to the object store to `judge`; returns the way to end that. */
  interposeObjectStores(judge: ObjectStoreJudge): () => void
  /** Shows each request to the Kafka cluster of the world to `judge`; returns the way to end that. */
  interposeEventLogs(judge: ServerJudge): () => void
  /** Shows each request to the Cassandra cluster of the world to `judge`; returns the way to end that. */
  interposeTableStores(judge: ServerJudge): () => void
  /** Has `answers` answer the statements that go to the Cassandra of the world; returns the way to end that. */
  serveCql(answers: CqlAnswers): () => void
  /** Shows each access of a machine's nodes to its disk to `judge`; returns the way to end that. */
  interposeDisk(machine: string, judge: DiskJudge): () => void
  /**
   * All nodes that ever were, in order of their start. Started programs are called `<program>-<n>`.
   */
  nodes(): readonly MemoryNodeInfo[]
  readonly logEntries: readonly MemoryLogEntry[]
  /** What a node wrote to its standard output or error, and no file took. */
  output(name?: string): { readonly stdout: string; readonly stderr: string }

  /** Runs until nothing is runnable at the present instant; time stands still. */
  settle(): Promise<void>
  /** Moves time on by `ms`, running what comes due on the way in order. */
  advance(ms: number): Promise<void>
  /** Runs until only background timers are left. @throws TROUPE_PLATFORM_SIMULATION_STUCK */
  run(): Promise<void>
  /** Runs, moving time on, until `promise` settles. @throws TROUPE_PLATFORM_SIMULATION_STALLED */
  until<T>(promise: Promise<T>): Promise<T>

  /** Turns that were run so far. */
  turns(): number
  /** What each living node has open; threads count with their process. */
  inUse(): readonly MemoryNodeUse[]
  /** A machine's disk takes no more bytes, or again; output of processes goes on. */
  fillDisk(machine: string, isFull?: boolean): void
  /** The machine's Unix time is `byMs` off that of the world; timers do not care. */
  skewWall(machine: string, byMs: number): void

  /** Sends a signal to a node, SIGKILL by default. @throws TROUPE_PLATFORM_SIMULATION_NODE */
  kill(name: string, signal?: ProcessSignal | 'SIGINT'): void
  /** Ends or stops the nth thread of a node, from 0 in order of their start; false if there is none. */
  signalThread(name: string, thread: number, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean
  /**
   * A machine loses power: all its nodes end, peers hear nothing, unsynced bytes meet `disk`
   * (`lose-all`).
   */
  crash(machine: string, options?: { readonly disk?: DiskFate }): void
}
