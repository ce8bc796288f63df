import { withDefault, type ConfEntries } from './conf-entry.ts'
import { listed } from './listed.ts'
import { flag, size } from './parsers.ts'

/** Keys of the makers of RDDs of files, and of files that executors are handed. Sizes in bytes. */
export interface FileKeys {
  readonly 'spark.files': readonly string[]
  readonly 'spark.archives': readonly string[]
  readonly 'spark.files.maxPartitionBytes': number
  readonly 'spark.files.openCostInBytes': number
  readonly 'spark.hadoop.mapreduce.input.fileinputformat.input.dir.recursive': boolean
}

export const FILE_ENTRIES: ConfEntries<FileKeys> = {
  'spark.files': listed(
    'paths, parted by commas, that a context hands to executors as `addFile` does',
  ),
  'spark.archives': listed('the same as `addArchive` does, `#name` behind each'),
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
