import type { ActorRef, ActorSystem } from '../../actors/index.ts'
import type { Address } from '../../platform/index.ts'
import type { ExecutorHeartbeat, RegisterExecutor } from '../executor/index.ts'
import type { MemoryOwner } from '../memory/index.ts'
import type { ExecutorProfile, ProfileSupport } from '../resources/index.ts'
import type { LendingMessage } from '../scheduler/index.ts'
import type { BatchCodec } from '../shuffle/index.ts'
import type { StorageSettings } from '../storage/index.ts'
import type { StageCodec } from '../task/index.ts'

/** What a backend is given to start executors with. */
export interface BackendContext {
  readonly system: ActorSystem
  readonly applicationId: string
  readonly appName: string
  /** The application's token: whoever has it may register executors and be sent code. */
  readonly token: Uint8Array
  /** The registry that executors register with; it tells of those registered and lost. */
  readonly registry: ActorRef<ExecutorHeartbeat | LendingMessage | RegisterExecutor>
  readonly codec: BatchCodec
  readonly stages: StageCodec
  readonly networkTimeoutMs: number
  /** What an executor with a heap of so many bytes is told of its memory. @throws TROUPE_SPARK_MEMORY_TOO_SMALL */
  readonly storage: (
    heapBytes: number,
    owner: MemoryOwner,
    /** Of a resource profile; what is configured otherwise. */
    offHeapMb?: number,
  ) => StorageSettings
  /** Told where the driver listens, if its executors run elsewhere. */
  readonly driverAt: (address: Address) => void
  /** Told when an executor's end is known before its link says so. */
  readonly executorGone: (executorId: string, reason: string) => void
  /** Told when there will be no executors any more: jobs that run or come have failed. */
  readonly refused: (reason: string) => void
}

/**
 * Where executors come from: the driver's own process, a Mesos master, later a standalone master or YARN. The
 * executors it starts register with the registry by themselves.
 */
export interface SchedulerBackend {
  /** Task threads it will have, as far as it knows: the default parallelism. */
  readonly defaultParallelism: number
  start(context: BackendContext): Promise<void>
  /** Task threads of one of its executors, where that is known before one has registered. */
  readonly executorSlots?: number | undefined
  /** Executors come about by their first tasks: an application is ready without any. */
  readonly startsWithTasks?: boolean
  /**
   * How many executors there are to be, those that run among them: more are started as far as there is room; none is ended for it, but
   * one that ends is replaced only as long as there are fewer. May be said before `start`. Absent where the number can't change.
   *
   * @param profile of which executors this is said; those of the default profile if absent
   * @throws TROUPE_SPARK_MEMORY_TOO_SMALL for a profile whose heap is too small, with which none can be started
   * @see SchedulerBackend.requestTotalExecutors in Spark
   */
  requestTotalExecutors?(total: number, profile?: ExecutorProfile): void
  /** What it can do about resource profiles; nothing if absent. */
  readonly profileSupport?: ProfileSupport
  /** @throws TROUPE_SPARK_PROFILE_UNSUPPORTED for executors that it could never start */
  checkProfile?(profile: ExecutorProfile): void
  /** Ends one executor, its tasks and its map outputs with it. */
  killExecutor(executorId: string): void
  /** An executor has registered: it has begun, though the word of it that comes by the cluster manager may be late, or never come. */
  executorAdded?(executorId: string): void
  /**
   * The registry has given an executor up: whatever is left of it is to end, so that another takes its place. Absent where that is the
   * affair of a master.
   */
  executorLost?(executorId: string): void
  /** What keeps executors from coming, as far as it knows. */
  trouble?(): string | undefined
  stop(): Promise<void>
}
