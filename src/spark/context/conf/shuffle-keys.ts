import { compressionCodecs, type CompressionCodec } from '../../../platform/index.ts'
import { withDefault, type ConfEntries } from './conf-entry.ts'
import { flag, integer, oneOf, size } from './parsers.ts'

/** Keys of the shuffle, which tasks read. Sizes in bytes. */
export interface ShuffleConf {
  readonly 'spark.shuffle.sort.bypassMergeThreshold': number
  readonly 'spark.shuffle.spill.numElementsForceSpillThreshold': number
  readonly 'spark.shuffle.compress': boolean
  readonly 'spark.shuffle.spill.compress': boolean
  readonly 'spark.io.compression.codec': CompressionCodec
  readonly 'spark.reducer.maxSizeInFlight': number
  readonly 'spark.reducer.maxReqsInFlight': number
  readonly 'spark.reducer.maxBlocksInFlightPerAddress': number
  readonly 'spark.network.maxRemoteBlockSizeFetchToMem': number
}

export const SHUFFLE_ENTRIES: ConfEntries<ShuffleConf> = {
  'spark.shuffle.sort.bypassMergeThreshold': withDefault(
    integer(0),
    '200',
    'partitions up to which a shuffle without map-side combine writes a file for each',
  ),
  'spark.shuffle.spill.numElementsForceSpillThreshold': withDefault(
    integer(1),
    '2147483647',
    'records in memory that are spilled whatever memory there is',
  ),
  'spark.shuffle.compress': withDefault(
    flag,
    'false',
    'whether blocks are compressed (Spark: true): on one machine it costs more than it saves',
  ),
  'spark.shuffle.spill.compress': withDefault(
    flag,
    'false',
    'whether spills are compressed (Spark: true)',
  ),
  'spark.io.compression.codec': withDefault(
    oneOf(compressionCodecs(), ' (of this Node)'),
    'deflate',
    "or `zstd`, where Node has it (22.15); Spark's lz4 and snappy are not there",
  ),
  'spark.reducer.maxSizeInFlight': withDefault(
    size(),
    '48m',
    'bytes of blocks that a reduce task fetches ahead',
  ),
  'spark.reducer.maxReqsInFlight': withDefault(
    integer(1),
    '2147483647',
    'blocks that a reduce task fetches ahead',
  ),
  'spark.reducer.maxBlocksInFlightPerAddress': withDefault(
    integer(1),
    '2147483647',
    'of these, blocks of one executor',
  ),
  'spark.network.maxRemoteBlockSizeFetchToMem': withDefault(
    size(),
    '200m',
    'longer blocks go by way of the disk',
  ),
}
