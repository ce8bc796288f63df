import { pieceCompression, type CompressionCodec } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import { DEFAULT_FETCH_LIMITS, type FetchLimits } from './fetch-limits.ts'
import type { PageCompression } from './records/index.ts'

/** Keys of a configuration that tasks read, each a number, `true` or `false`, or the name of a codec. */
export const SHUFFLE_KEYS = {
  bypassMergeThreshold: 'spark.shuffle.sort.bypassMergeThreshold',
  forceSpillThreshold: 'spark.shuffle.spill.numElementsForceSpillThreshold',
  compress: 'spark.shuffle.compress',
  spillCompress: 'spark.shuffle.spill.compress',
  codec: 'spark.io.compression.codec',
  maxSizeInFlight: 'spark.reducer.maxSizeInFlight',
  maxReqsInFlight: 'spark.reducer.maxReqsInFlight',
  maxBlocksInFlightPerAddress: 'spark.reducer.maxBlocksInFlightPerAddress',
  maxRemoteBlockSizeFetchToMem: 'spark.network.maxRemoteBlockSizeFetchToMem',
} as const

/** How a task writes, spills and reads shuffles. */
export interface ShuffleSettings {
  readonly bypassMergeThreshold: number
  /** Records in memory that are spilled whatever memory there is. */
  readonly forceSpillThreshold: number
  /** Of blocks. */
  readonly compression: PageCompression | undefined
  /** Of what is spilled. */
  readonly spillCompression: PageCompression | undefined
  readonly limits: FetchLimits
}

/** What Spark has; without compression. */
const DEFAULTS: ShuffleSettings = {
  bypassMergeThreshold: 200,
  forceSpillThreshold: 0x7fff_ffff,
  compression: undefined,
  spillCompression: undefined,
  limits: DEFAULT_FETCH_LIMITS,
}

/** The settings among the properties that a task has come with. */
export function shuffleSettings(properties: Readonly<Record<string, string>>): ShuffleSettings {
  let isPlain = true
  for (const key of Object.values(SHUFFLE_KEYS)) if (Object.hasOwn(properties, key)) isPlain = false
  if (isPlain) return DEFAULTS
  const number = (key: keyof typeof SHUFFLE_KEYS, otherwise: number): number => {
    const text = properties[SHUFFLE_KEYS[key]]
    return text === undefined ? otherwise : Number(text)
  }
  const isCompressed = properties[SHUFFLE_KEYS.compress] === 'true'
  const isSpillCompressed = properties[SHUFFLE_KEYS.spillCompress] === 'true'
  const codec = (properties[SHUFFLE_KEYS.codec] ?? 'deflate') as CompressionCodec
  const { limits } = DEFAULTS
  return {
    bypassMergeThreshold: number('bypassMergeThreshold', DEFAULTS.bypassMergeThreshold),
    forceSpillThreshold: number('forceSpillThreshold', DEFAULTS.forceSpillThreshold),
    compression: isCompressed ? pageCompression(codec) : undefined,
    spillCompression: isSpillCompressed ? pageCompression(codec) : undefined,
    limits: {
      maxBytesInFlight: number('maxSizeInFlight', limits.maxBytesInFlight),
      maxBlocksInFlight: number('maxReqsInFlight', limits.maxBlocksInFlight),
      maxBlocksInFlightPerAddress: number(
        'maxBlocksInFlightPerAddress',
        limits.maxBlocksInFlightPerAddress,
      ),
      maxBytesInMemory: number('maxRemoteBlockSizeFetchToMem', limits.maxBytesInMemory),
    },
  }
}

function pageCompression(codec: CompressionCodec): PageCompression {
  const compression = pieceCompression(codec)
  if (compression === undefined) throw codecMissing(codec)
  const { compress, decompress } = compression
  return {
    compress,
    decompress: (stored, rawBytes) => {
      const page = unpacked(() => decompress(stored, rawBytes))
      if (page.length === rawBytes) return page
      throw corrupt(`${page.length} bytes for ${rawBytes}`)
    },
  }
}

function unpacked(decompress: () => Uint8Array): Uint8Array {
  try {
    return decompress()
  } catch (cause) {
    throw corrupt(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function corrupt(what: string, cause?: unknown): SparkError {
  return new SparkError(
    'TROUPE_SPARK_BLOCK_CORRUPT',
    `A page of a shuffle block can't be decompressed (${what}); the map output is to be recomputed`,
    cause === undefined ? { data: { what } } : { data: { what }, cause },
  )
}

/** The driver has it and this executor has not. */
function codecMissing(codec: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_ARGUMENT_INVALID',
    `This executor's Node has no ${codec}; use spark.io.compression.codec=deflate, or Node 22.15 everywhere`,
    { data: { codec } },
  )
}
