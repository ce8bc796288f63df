import type { ActorRef } from '../../actors/index.ts'
import type { Reachability } from '../../platform/index.ts'
import type { SparkEvent } from '../events/index.ts'
import type { RDD, RddKeeper } from '../rdd/index.ts'
import type { BlockMasterMessage, BlocksDone, StorageLevel } from '../storage/index.ts'
import { isStored } from '../storage/index.ts'

/** How long every executor may take to let go of what it keeps. */
const REMOVE_MS = 130_000

/** What {@link DriverKeeper} works with. */
export interface DriverKeeperProps {
  /** The block manager master, once the application has started; undefined when it has not. */
  readonly master: () => Promise<ActorRef<BlockMasterMessage> | undefined>
  readonly reachability: Reachability
  /** Told of RDDs that are kept, to clean up behind them. */
  readonly watch: (rdd: RDD<unknown>) => void
  readonly checkpointPath: (rddId: number) => string
  readonly publish: (event: SparkEvent) => void
  /** What was packed before knows other levels. */
  readonly repack: () => void
  /** Nobody reads the shuffle's map outputs any more. */
  readonly forgetShuffle: (shuffleId: number) => void
}

/** Which RDDs of an application are kept. */
export class DriverKeeper implements RddKeeper {
  readonly #props: DriverKeeperProps
  readonly #persistent = new Map<number, { deref(): RDD<unknown> | undefined }>()

  constructor(props: DriverKeeperProps) {
    this.#props = props
  }

  /** Those that have a level, by id; what nobody refers to any more is not among them. */
  persistent(): Map<number, RDD<unknown>> {
    const found = new Map<number, RDD<unknown>>()
    for (const [id, weak] of this.#persistent) {
      const rdd = weak.deref()
      if (rdd !== undefined) found.set(id, rdd)
    }
    return found
  }

  persist(rdd: RDD<unknown>, level: StorageLevel): void {
    if (isStored(level)) {
      this.#persistent.set(rdd.id, this.#props.reachability.weakly(rdd))
      this.#props.watch(rdd)
    } else this.#persistent.delete(rdd.id)
    this.#props.repack()
  }

  checkpointPath(rddId: number): string {
    return this.#props.checkpointPath(rddId)
  }

  async unpersist(rdd: RDD<unknown>, blocking: boolean): Promise<void> {
    this.#persistent.delete(rdd.id)
    this.#props.repack()
    const removed = this.remove('rdd', rdd.id)
    this.#unpersisted(rdd.id)
    if (blocking) await removed
  }

  async cleanShuffle(shuffleId: number, blocking: boolean): Promise<void> {
    this.#props.forgetShuffle(shuffleId)
    const removed = this.remove('shuffle', shuffleId)
    if (blocking) await removed
  }

  #unpersisted(rddId: number): void {
    this.#props.publish({ type: 'rdd-unpersisted', rddId })
    this.#props.publish({ type: 'SparkListenerUnpersistRDD', rddId })
  }

  /** Nobody refers to the RDD any more. */
  async clean(rddId: number): Promise<void> {
    if (!this.#persistent.delete(rddId)) return
    await this.remove('rdd', rddId)
    this.#unpersisted(rddId)
  }

  /** Has every executor let go of blocks; resolves when they have, or are gone. */
  async remove(of: 'rdd' | 'broadcast' | 'shuffle', id: number): Promise<void> {
    const master = await this.#props.master()
    if (master === undefined) return
    await master
      .ask<BlocksDone>((replyTo) => ({ type: 'remove-everywhere', of, id, replyTo }), {
        timeoutMs: REMOVE_MS,
      })
      // The application is at its end, and all its blocks with it.
      .catch(() => undefined)
  }
}
