import type { Broadcast } from '../broadcast/index.ts'
import { checkPath } from '../errors.ts'
import { nameOf, type RDD } from '../rdd/index.ts'
import { createOperator } from '../rdd/operator-table.ts'
import { StorageLevel, type RddStorage } from '../storage/index.ts'
import type { DriverStorage } from './driver-storage.ts'
import { ExecutorControl } from './executor-control.ts'

/** What is kept of one RDD. */
export interface RddStorageInfo extends RddStorage {
  readonly name: string
  readonly level: StorageLevel
  readonly numPartitions: number
}

/** What a context keeps: broadcasts, checkpoints, and partitions of persisted RDDs. */
export abstract class KeepingContext extends ExecutorControl {
  protected abstract readonly storage: DriverStorage

  /** @throws TROUPE_SPARK_CONTEXT_STOPPED, TROUPE_SPARK_APPLICATION_REFUSED */
  protected abstract checkRunning(): void

  /** A folder's name that nobody has used. */
  protected abstract freshName(): string

  /**
   * A value that each executor is sent once, for functions that travel to read ({@link Broadcast.value}). Plain data, as
   * rows are.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID for a value that can't travel
   */
  broadcast<T>(value: T): Broadcast<T> {
    this.checkRunning()
    const made = this.storage.broadcasts.make(value)
    this.storage.cleaner.watchBroadcast(made, made.id)
    return made
  }

  /**
   * Where reliable checkpoints are written, which every executor must reach: into a new folder of the directory, that of
   * this application.
   */
  async setCheckpointDir(path: string): Promise<void> {
    checkPath('setCheckpointDir', path)
    const { files } = this.rddContext()
    const own = `${files.absolute(path)}/${this.freshName()}`
    await files.at(own).makeDirectory(own)
    this.storage.checkpoints.setDirectory(own)
  }

  /** The folder that {@link KeepingContext.setCheckpointDir} has made. */
  getCheckpointDir(): string | undefined {
    return this.storage.checkpoints.directory
  }

  /** The rows of a reliable checkpoint ({@link RDD.getCheckpointFile}); one that is not whole is refused by the first job. */
  checkpointFile<T>(path: string): RDD<T> {
    checkPath('checkpointFile', path)
    const context = this.rddContext()
    const target = context.files.absolute(path)
    const access = context.files.accessTo([target])
    return createOperator('checkpoint', context, [], { path: target, access })
  }

  /** The RDDs that are kept, by id. */
  getPersistentRDDs(): Map<number, RDD<unknown>> {
    return this.storage.keeper.persistent()
  }

  /** What is kept of each RDD, in memory and on disk, over all executors. */
  getRDDStorageInfo(): readonly RddStorageInfo[] {
    const rdds = this.storage.keeper.persistent()
    return this.storage.blocks.rdds().map((kept) => {
      const rdd = rdds.get(kept.rddId)
      const name = rdd === undefined ? '' : nameOf(rdd)
      const level = rdd?.getStorageLevel() ?? StorageLevel.NONE
      const numPartitions = rdd?.preparedPartitions?.length ?? 0
      return { ...kept, name, level, numPartitions }
    })
  }

  /** For each executor that keeps blocks, the most it may keep in memory and what of that is free. */
  getExecutorMemoryStatus(): Map<
    string,
    { readonly maxBytes: number; readonly freeBytes: number }
  > {
    return this.storage.blocks.memoryStatus()
  }
}
