import type { ActorRef } from '../../actors/index.ts'
import type { Environment } from '../../platform/index.ts'
import type { Broadcast } from '../broadcast/index.ts'
import type { DriverFiles } from '../files/index.ts'
import type { SparkEvent } from '../events/index.ts'
import type { ActionSpec, JobOptions, RDD } from '../rdd/index.ts'
import { BlockDirectory, type BlockMasterMessage } from '../storage/index.ts'
import { rowCodec } from '../task/index.ts'
import { DriverBroadcasts } from './broadcasts.ts'
import { Checkpoints } from './checkpoints.ts'
import { ContextCleaner } from './cleaner.ts'
import { DriverKeeper } from './rdd-keeper.ts'
import type { StorageConf } from './storage-conf.ts'

/** What {@link DriverStorage} works with. */
export interface DriverStorageProps {
  readonly environment: Environment
  readonly files: DriverFiles
  readonly conf: StorageConf
  /** The block manager master, once the application has started; undefined when it has not. */
  readonly master: () => Promise<ActorRef<BlockMasterMessage> | undefined>
  readonly publish: (event: SparkEvent) => void
  /** Without the checkpoints that a job brings about. */
  readonly runJob: (
    rdd: RDD<unknown>,
    action: ActionSpec,
    options: JobOptions,
  ) => Promise<readonly unknown[]>
  /** Stages that were packed know nothing of a level that was changed, or a lineage that was cut. */
  readonly repack: () => void
  /** Nobody can read the shuffle any more; executors are told already. */
  readonly forgetShuffle: (shuffleId: number) => void
}

/** What an application keeps: partitions, checkpoints and broadcasts, and who sees to it that they go. */
export class DriverStorage {
  /** Who keeps which block. */
  readonly blocks: BlockDirectory = new BlockDirectory()
  readonly keeper: DriverKeeper
  readonly broadcasts: DriverBroadcasts
  readonly checkpoints: Checkpoints
  readonly cleaner: ContextCleaner

  constructor(props: DriverStorageProps) {
    const { environment, files, conf, master, publish, runJob, repack, forgetShuffle } = props
    const { reachability, disk, log } = environment
    this.keeper = new DriverKeeper({
      master,
      reachability,
      watch: (rdd) => {
        this.cleaner.watchRdd(rdd)
      },
      checkpointPath: (rddId) => this.checkpoints.pathFor(rddId),
      publish,
      repack,
      forgetShuffle,
    })
    this.broadcasts = new DriverBroadcasts({
      codec: rowCodec,
      disk,
      log,
      pieceBytes: conf.broadcastPieceBytes,
      hasChecksums: conf.hasBroadcastChecksums,
      removeFromExecutors: (id) => this.keeper.remove('broadcast', id),
    })
    this.checkpoints = new Checkpoints({
      files,
      runJob,
      isKept: (rddId, partition) => this.blocks.cachedAt(rddId, partition).length > 0,
      done: (rdd, path) => {
        repack()
        if (conf.cleansCheckpoints && path !== undefined) this.cleaner.watchCheckpoint(rdd, path)
      },
    })
    this.cleaner = new ContextCleaner({
      reachability,
      isOn: conf.isCleaning,
      cleanRdd: (rddId) => {
        void this.keeper.clean(rddId)
      },
      cleanShuffle: (shuffleId) => {
        void this.keeper.cleanShuffle(shuffleId, false)
      },
      cleanBroadcast: (broadcastId) => {
        void this.broadcasts.remove(broadcastId)
      },
      cleanCheckpoint: (path) => {
        // What can't be removed stays; nobody reads it.
        void files
          .at(path)
          .remove(path)
          .catch(() => undefined)
      },
    })
  }
  /** Broadcasts bytes, until nobody refers to the answer. */
  share(bytes: Uint8Array): Broadcast<Uint8Array> {
    const made = this.broadcasts.share(bytes)
    this.cleaner.watchBroadcast(made, made.id)
    return made
  }
}
