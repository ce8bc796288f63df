import type { CollectionWatch, Reachability } from '../../platform/index.ts'
import { parentsFirst, type RDD } from '../rdd/index.ts'

/** What {@link ContextCleaner} has removed. */
export interface CleanerProps {
  readonly reachability: Reachability
  /** `spark.cleaner.referenceTracking` */
  readonly isOn: boolean
  readonly cleanRdd: (rddId: number) => void
  readonly cleanShuffle: (shuffleId: number) => void
  readonly cleanBroadcast: (broadcastId: number) => void
  /** The directory of a reliable checkpoint; only with `spark.cleaner.referenceTracking.cleanCheckpoints`. */
  readonly cleanCheckpoint: (path: string) => void
}

type Token =
  | { readonly type: 'rdd' | 'shuffle' | 'broadcast'; readonly id: number }
  | { readonly type: 'checkpoint'; readonly path: string }

/**
 * Has executors let go of what the program can't refer to any more: kept partitions, map outputs, broadcasts. The garbage
 * collector says so, in its own time.
 *
 * @see ContextCleaner in Spark's org.apache.spark
 */
export class ContextCleaner {
  readonly #props: CleanerProps
  readonly #registry: CollectionWatch<Token>
  readonly #watched = new WeakSet()
  /** shuffle → dependencies that refer to it; its outputs go with the last */
  readonly #dependencies = new Map<number, number>()

  constructor(props: CleanerProps) {
    this.#props = props
    this.#registry = props.reachability.onCollected<Token>((token) => {
      this.#clean(token)
    })
  }

  watchRdd(rdd: RDD<unknown>): void {
    this.#watch(rdd, { type: 'rdd', id: rdd.id })
  }

  watchBroadcast(broadcast: object, id: number): void {
    this.#watch(broadcast, { type: 'broadcast', id })
  }

  watchCheckpoint(rdd: RDD<unknown>, path: string): void {
    if (this.#props.isOn) this.#registry.register(rdd, { type: 'checkpoint', path })
  }

  /** The shuffles that `rdd` is computed by. */
  watchShuffles(rdd: RDD<unknown>): void {
    if (!this.#props.isOn) return
    for (const member of parentsFirst(rdd, () => true)) {
      for (const dependency of member.getDependencies()) {
        if (dependency.type !== 'shuffle' || this.#watched.has(dependency)) continue
        const { shuffleId } = dependency
        this.#dependencies.set(shuffleId, (this.#dependencies.get(shuffleId) ?? 0) + 1)
        this.#watch(dependency, { type: 'shuffle', id: shuffleId })
      }
    }
  }

  #watch(object: object, token: Token): void {
    if (!this.#props.isOn || this.#watched.has(object)) return
    this.#watched.add(object)
    this.#registry.register(object, token)
  }

  #clean(token: Token): void {
    switch (token.type) {
      case 'rdd':
        this.#props.cleanRdd(token.id)
        return
      case 'broadcast':
        this.#props.cleanBroadcast(token.id)
        return
      case 'checkpoint':
        this.#props.cleanCheckpoint(token.path)
        return
      case 'shuffle': {
        const left = (this.#dependencies.get(token.id) ?? 1) - 1
        if (left > 0) {
          this.#dependencies.set(token.id, left)
          return
        }
        this.#dependencies.delete(token.id)
        this.#props.cleanShuffle(token.id)
        return
      }
    }
  }
}
