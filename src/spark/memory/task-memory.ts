/** Which pool memory is taken from. */
export type MemoryMode = 'on-heap' | 'off-heap'

/** Whoever holds execution memory of a task, and can give it back by writing to disk. */
export interface MemoryConsumer {
  /** For people: `sort shuffle writer of shuffle 3`. */
  readonly name: string
  /** `on-heap` when absent. */
  readonly mode?: MemoryMode
  /**
   * Writes out what it holds and releases it by {@link TaskMemory.release}; resolves to the bytes it has released, 0
   * when it can't at the moment. Called when another consumer of the same task wants memory; it may not acquire.
   */
  spill(wantedBytes: number): Promise<number>
}

/**
 * The execution memory of one task, shared by its consumers.
 *
 * Consumers acquire in steps of what they are about to hold (once a batch at most), not row by row. What the task has at hand is
 * granted at once; otherwise the executor's memory manager is asked, in steps of at least 1 MiB, and then the other
 * consumers of the task spill, the largest first. Whoever is granted less than it asked for spills its own and goes on with what
 * it has; a single batch may always be worked on.
 */
export interface TaskMemory {
  /** Resolves to the bytes granted, 0 … `bytes`; they are the consumer's until it releases them. */
  acquire(bytes: number, consumer: MemoryConsumer): number | Promise<number>
  /** Gives back bytes that were granted. */
  release(bytes: number, consumer: MemoryConsumer): void
  /** What the consumer holds now. */
  heldBy(consumer: MemoryConsumer): number
  /** The most that the task's consumers have held at a time. */
  readonly peakBytes: number
}

/** Where tasks get execution memory from: the executor's memory manager. */
export interface ExecutionMemory {
  /** Resolves to the bytes granted, 0 … `bytes`; waits until the task may have its least share. */
  acquire(taskAttemptId: number, bytes: number, mode: MemoryMode): Promise<number>
  release(taskAttemptId: number, bytes: number, mode: MemoryMode): void
  /** The task is over: all that it has goes back. */
  releaseAll(taskAttemptId: number): void
}

/** Memory without bounds, for tasks that run without an executor. */
export const boundlessMemory: ExecutionMemory = {
  acquire: (_, bytes) => Promise.resolve(bytes),
  release: () => {},
  releaseAll: () => {},
}
