import { confValue, type SparkConf } from './conf/index.ts'

/** What the makers of RDDs of files read of a configuration, with its defaults. */
export interface FileSettings {
  /** `spark.hadoop.fs.local.block.size` in bytes, 32 MiB: of a partition of a text file, or of records. */
  readonly blockSizeBytes: number
  /** `spark.files.maxPartitionBytes`, 128 MiB: of a partition of `binaryFiles`. */
  readonly maxPartitionBytes: number
  /** `spark.files.openCostInBytes`, 4 MiB: what opening a file costs, for `binaryFiles`. */
  readonly openCostBytes: number
  /** `spark.hadoop.mapreduce.input.fileinputformat.input.dir.recursive`, false. */
  readonly isRecursive: boolean
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function readFileSettings(conf: SparkConf): FileSettings {
  return {
    blockSizeBytes: confValue(conf, 'spark.hadoop.fs.local.block.size'),
    maxPartitionBytes: confValue(conf, 'spark.files.maxPartitionBytes'),
    openCostBytes: confValue(conf, 'spark.files.openCostInBytes'),
    isRecursive: confValue(
      conf,
      'spark.hadoop.mapreduce.input.fileinputformat.input.dir.recursive',
    ),
  }
}
