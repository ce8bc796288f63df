import { SparkError } from '../errors.ts'
import {
  nameOf,
  parentsFirst,
  preferredHosts,
  type ActionSpec,
  type CachedAt,
  type RDD,
  type ShuffleDependency,
} from '../rdd/index.ts'
import type { StagePackage } from '../scheduler/index.ts'
import type { BatchCodec } from '../shuffle/index.ts'
import { resultWork, shuffleMapWork, type StageCodec, type StageWork } from '../task/index.ts'

/** Everything that the stages of one job need to run. */
export interface JobPackages {
  readonly result: StagePackage
  /** shuffle → the stage that writes it */
  readonly shuffleMaps: ReadonlyMap<number, StagePackage>
}

/**
 * Packs the stages of jobs, so that what can't travel is found before any task runs. The stage that writes a
 * shuffle is packed once.
 */
export class StagePackager {
  readonly #stages: StageCodec
  readonly #codec: BatchCodec
  readonly #cachedAt: CachedAt
  readonly #shuffleMaps = new Map<number, StagePackage>()

  constructor(stages: StageCodec, codec: BatchCodec, cachedAt: CachedAt) {
    this.#cachedAt = cachedAt
    this.#stages = stages
    this.#codec = codec
  }

  /** Forgets the stages that were packed: an RDD in them is kept otherwise than it was. */
  repack(): void {
    this.#shuffleMaps.clear()
  }

  /** Nobody refers to the shuffle any more. */
  forgetShuffle(shuffleId: number): void {
    this.#shuffleMaps.delete(shuffleId)
  }

  /** The lineage must have been prepared. @throws TROUPE_CLOSURE_*, TROUPE_CODEC_UNENCODABLE */
  pack(rdd: RDD<unknown>, action: ActionSpec): JobPackages {
    const shuffleMaps = new Map<number, StagePackage>()
    for (const member of parentsFirst(rdd, () => true)) {
      for (const dependency of member.getDependencies()) {
        if (dependency.type === 'shuffle') {
          shuffleMaps.set(dependency.shuffleId, this.#shuffleMap(dependency))
        }
      }
    }
    return { result: this.#package(rdd, resultWork(rdd, action)), shuffleMaps }
  }

  #shuffleMap(dependency: ShuffleDependency): StagePackage {
    const known = this.#shuffleMaps.get(dependency.shuffleId)
    if (known !== undefined) return known
    const made = this.#package(dependency.rdd, shuffleMapWork(dependency))
    this.#shuffleMaps.set(dependency.shuffleId, made)
    return made
  }

  #package(rdd: RDD<unknown>, work: StageWork): StagePackage {
    const partitions = rdd.preparedPartitions ?? []
    const name = nameOf(rdd)
    const what =
      work.end.type === 'shuffle-map' && work.end.partitioner.type === 'range'
        ? `the functions and range bounds of the stage of ${name}`
        : `the functions of the stage of ${name}`
    return {
      binary: checkedSize(this.#stages.pack(work), what),
      splits: partitions.map((split) =>
        checkedSize(this.#codec.encode(split), `partition ${split.index} of ${name}`),
      ),
      preferredHosts: partitions.map((split) => preferredHosts(rdd, split.index, this.#cachedAt)),
    }
  }
}

/** What is sent with a task must fit one frame of a link, with room to spare. */
const MAX_TASK_BYTES = 8 << 20

function checkedSize(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.byteLength <= MAX_TASK_BYTES) return bytes
  throw new SparkError(
    'TROUPE_SPARK_TASK_TOO_LARGE',
    `A task would carry ${bytes.byteLength} bytes for ${what}; the limit is ${MAX_TASK_BYTES}. Use more partitions, ` +
      'or read the data from files',
    { data: { bytes: bytes.byteLength, limitBytes: MAX_TASK_BYTES, what } },
  )
}
