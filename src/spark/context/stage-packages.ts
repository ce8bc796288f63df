import type { Log } from '../../platform/index.ts'
import type { Broadcast } from '../broadcast/index.ts'
import type { HeaviestPath } from '../closure/index.ts'
import { SparkError } from '../errors.ts'
import {
  nameOf,
  parentsFirst,
  preferredHosts,
  type ActionSpec,
  type CachedAt,
  type Partition,
  type RDD,
  type ShuffleDependency,
} from '../rdd/index.ts'
import type { StagePackage } from '../scheduler/index.ts'
import type { BatchCodec } from '../shuffle/index.ts'
import {
  encodeLargeSplit,
  encodeSplit,
  resultWork,
  shuffleMapWork,
  type StageCodec,
  type StageWork,
} from '../task/index.ts'

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
  readonly #log: Log
  readonly #share: ShareBytes
  /** Splits that are broadcast, as long as somebody refers to them. */
  readonly #large = new WeakMap<Partition, LargeSplit>()
  readonly #shuffleMaps = new Map<number, StagePackage>()

  constructor(
    stages: StageCodec,
    codec: BatchCodec,
    {
      cachedAt,
      share,
      log,
    }: { readonly cachedAt: CachedAt; readonly share: ShareBytes; readonly log: Log },
  ) {
    this.#cachedAt = cachedAt
    this.#share = share
    this.#log = log
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

  /** A split as it goes with its task; one that is too large for that is broadcast, once. */
  #split(split: Partition): Uint8Array {
    const known = this.#large.get(split)
    if (known !== undefined) return known.bytes
    const encoded = encodeSplit(split, this.#codec)
    if (encoded.byteLength <= MAX_TASK_BYTES) return encoded
    const broadcast = this.#share(encoded)
    const bytes = encodeLargeSplit(broadcast, this.#codec)
    this.#large.set(split, { bytes, broadcast })
    return bytes
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
    const binary = this.#stages.pack(work)
    const culprit = binary.byteLength > BYTES_TO_WARN_OF ? this.#stages.heaviest?.(work) : undefined
    checkSize(binary, what, culprit)
    if (binary.byteLength > BYTES_TO_WARN_OF)
      this.#log.write('warn', largeBinary(binary.byteLength, culprit))
    const splits = partitions.map((split) => this.#split(split))
    const largest = splits.reduce((most, { byteLength }) => Math.max(most, byteLength), 0)
    if (largest > BYTES_TO_WARN_OF) this.#log.write('warn', largeTask(name, largest))
    return {
      binary,
      splits,
      preferredHosts: partitions.map((split) => preferredHosts(rdd, split.index, this.#cachedAt)),
    }
  }
}

/** Broadcasts bytes. */
export type ShareBytes = (bytes: Uint8Array) => Broadcast<Uint8Array>

/** A split that is broadcast, and what goes with its task instead. */
interface LargeSplit {
  readonly bytes: Uint8Array
  /** Removed when nobody refers to it. */
  readonly broadcast: Broadcast<Uint8Array>
}

/** What is sent with a task must fit one frame of a link, with room to spare. */
const MAX_TASK_BYTES = 8 << 20

/** Spark's TASK_SIZE_TO_WARN_KIB. */
const BYTES_TO_WARN_OF = 1000 * 1024

/** @throws TROUPE_SPARK_TASK_TOO_LARGE */
function checkSize({ byteLength: bytes }: Uint8Array, what: string, culprit?: HeaviestPath): void {
  if (bytes <= MAX_TASK_BYTES) return
  const wayOut =
    culprit === undefined
      ? 'Use more partitions, or read the data from files'
      : `${culprit.bytes} of them are ${culprit.path}: broadcast it (sc.broadcast), or read it in the function`
  throw new SparkError(
    'TROUPE_SPARK_TASK_TOO_LARGE',
    `A task would carry ${bytes} bytes for ${what}; the limit is ${MAX_TASK_BYTES}. ${wayOut}`,
    { data: { bytes, limitBytes: MAX_TASK_BYTES, what, culprit: culprit?.path } },
  )
}

function largeBinary(bytes: number, culprit: HeaviestPath | undefined): string {
  const sent = `Broadcasting large task binary with size ${kibibytes(bytes)}`
  if (culprit === undefined) return sent
  return `${sent}: ${kibibytes(culprit.bytes)} of it are ${culprit.path}. Broadcast it (sc.broadcast): then each executor gets it once`
}

function largeTask(name: string, bytes: number): string {
  return (
    `A stage of ${name} contains a task of very large size (${kibibytes(bytes)}). ` +
    'The maximum recommended task size is 1000 KiB: use more partitions, or read the data from files'
  )
}

function kibibytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`
}
