import { SparkError } from '../errors.ts'
import type { BroadcastMeta } from './broadcast-meta.ts'

/** What a broadcast can have done on the driver. */
export interface BroadcastControl {
  /** Executors let go of their copies; they fetch them again when a task asks. */
  unpersist(blocking: boolean): Promise<void>
  /** Nothing of it is left anywhere. */
  destroy(blocking: boolean): Promise<void>
}

/** Where the value comes from: kept on the driver, read on executors. */
interface Source<T> {
  readonly value: () => T
  /** Only on the driver. */
  readonly control: BroadcastControl | undefined
}

/**
 * A value that is sent to each executor once, however many tasks use it, and read there by {@link Broadcast.value}. Functions
 * that travel capture it as any other value. It is to be read only: each task thread decodes a copy of its own.
 */
export class Broadcast<T> {
  /** Unique in the application. */
  readonly id: number
  readonly #meta: BroadcastMeta
  readonly #source: Source<T>
  #isDestroyed = false

  /** Made by `SparkContext.broadcast`, and where a task's functions are made again. */
  constructor(meta: BroadcastMeta, source: Source<T>) {
    this.id = meta.broadcastId
    this.#meta = meta
    this.#source = source
  }

  /** @throws TROUPE_SPARK_BROADCAST_LOST after {@link Broadcast.destroy} */
  get value(): T {
    this.#check()
    return this.#source.value()
  }

  /** How it travels. @throws TROUPE_SPARK_BROADCAST_LOST after {@link Broadcast.destroy} */
  get meta(): BroadcastMeta {
    this.#check()
    return this.#meta
  }

  /** Executors let go of their copies, and fetch them again should a task want it; `blocking`: resolves when they have. */
  unpersist(blocking = false): Promise<void> {
    this.#check()
    return this.#control('unpersist').unpersist(blocking)
  }

  /** Lets go of it everywhere, for good. */
  destroy(blocking = false): Promise<void> {
    const control = this.#control('destroy')
    if (this.#isDestroyed) return Promise.resolve()
    this.#isDestroyed = true
    return control.destroy(blocking)
  }

  #control(what: string): BroadcastControl {
    const { control } = this.#source
    if (control !== undefined) return control
    throw new SparkError(
      'TROUPE_SPARK_NESTED_RDD',
      `${what} of broadcast ${this.id} was called in a task; it is the driver's to call`,
      { data: { broadcastId: this.id } },
    )
  }

  #check(): void {
    if (this.#isDestroyed) throw broadcastLost(this.id, 'it was destroyed')
  }
}

/** A broadcast that can't be read. */
export function broadcastLost(broadcastId: number, why: string, cause?: unknown): SparkError {
  return new SparkError(
    'TROUPE_SPARK_BROADCAST_LOST',
    `Broadcast ${broadcastId} can't be read: ${why}`,
    { data: { broadcastId }, ...(cause === undefined ? {} : { cause }) },
  )
}
