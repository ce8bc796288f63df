import type { Disk } from '../../../platform/index.ts'
import { SparkError } from '../../errors.ts'
import type { BatchCodec, PageCompression } from '../records/index.ts'

/** What spilling has come to. */
export interface SpillCounts {
  spills: number
  memoryBytesSpilled: number
  diskBytesSpilled: number
}

/**
 * Where one task writes what does not fit memory: files `temp_local_<task attempt>_<number>` in its executor's directory. All of
 * them go with the task, however it ends.
 */
export class SpillSpace {
  readonly disk: Disk
  readonly codec: BatchCodec
  readonly compression: PageCompression | undefined
  readonly counts: SpillCounts
  /** Records in memory that are spilled whatever memory there is. */
  readonly maxRecordsInMemory: number
  readonly #directory: string
  readonly #taskAttemptId: number
  readonly #paths = new Set<string>()
  #next = 0

  constructor(options: {
    readonly disk: Disk
    readonly directory: string
    readonly taskAttemptId: number
    readonly codec: BatchCodec
    /** `spark.shuffle.spill.compress`. */
    readonly compression?: PageCompression | undefined
    readonly counts: SpillCounts
    /** `spark.shuffle.spill.numElementsForceSpillThreshold`; no bound by default, as in Spark. */
    readonly maxRecordsInMemory?: number
  }) {
    this.disk = options.disk
    this.codec = options.codec
    this.compression = options.compression
    this.counts = options.counts
    this.maxRecordsInMemory = options.maxRecordsInMemory ?? 0x7fff_ffff
    this.#directory = options.directory
    this.#taskAttemptId = options.taskAttemptId
  }

  /** A path that nobody else writes to. */
  newPath(): string {
    const path = `${this.#directory}/temp_local_${this.#taskAttemptId}_${this.#next}`
    this.#next += 1
    this.#paths.add(path)
    return path
  }

  /** Removes one file before the task ends. */
  async remove(path: string): Promise<void> {
    this.#paths.delete(path)
    await this.disk.remove(path)
  }

  /** Removes all that is left. */
  async clear(): Promise<void> {
    for (const path of this.#paths) await this.disk.remove(path)
    this.#paths.clear()
  }
}

/** What a task has spilled is not there any more: it can't go on. */
export function spillShortened(path: string, at: number): SparkError {
  return new SparkError(
    'TROUPE_SPARK_SPILL_SHORTENED',
    `The spill ${path} ends at byte ${at}, before its last record; the task runs again`,
    { data: { path, at } },
  )
}
