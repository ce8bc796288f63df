import { withDefault, type ConfEntries } from './conf-entry.ts'
import { flag, size } from './parsers.ts'

/** Keys of the makers of RDDs of files. Sizes in bytes. */
export interface FileKeys {
  readonly 'spark.files.maxPartitionBytes': number
  readonly 'spark.files.openCostInBytes': number
  readonly 'spark.hadoop.mapreduce.input.fileinputformat.input.dir.recursive': boolean
}

export const FILE_ENTRIES: ConfEntries<FileKeys> = {
  'spark.files.maxPartitionBytes': withDefault(
    size(),
    '128m',
    'bytes of a partition of `binaryFiles`',
  ),
  'spark.files.openCostInBytes': withDefault(size(), '4m', 'what opening a file costs there'),
  'spark.hadoop.mapreduce.input.fileinputformat.input.dir.recursive': withDefault(
    flag,
    'false',
    'whether directories in directories are read',
  ),
}
