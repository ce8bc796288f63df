/** The operators of the engine, each registered under the kind it travels by. */
import { registerOperator } from '../operator-table.ts'
import { BinaryRecordsRDD } from './binary-records-rdd.ts'
import { CartesianRDD } from './cartesian-rdd.ts'
import { CheckpointRDD, LocalCheckpointRDD } from './checkpoint-rdd.ts'
import { CoGroupedRDD, SubtractedRDD } from './co-grouped-rdd.ts'
import { CoalescedRDD } from './coalesced-rdd.ts'
import { EncodedRDD } from './encoded-rdd.ts'
import { FilterByRangeRDD } from './filter-by-range-rdd.ts'
import { JoinGroupsRDD } from './join-groups-rdd.ts'
import { ZipWithIndexRDD, ZipWithUniqueIdRDD } from './numbered-rdd.ts'
import {
  CombinePartitionsRDD,
  DistinctInPlaceRDD,
  DistributeRDD,
  FlatMapValuesRDD,
  KeyByRDD,
  KeysRDD,
  MapValuesRDD,
  RowsAsKeysRDD,
  UnchangedRDD,
  ValuesRDD,
} from './pair-operators.ts'
import { EachPartitionRDD, KeyByPartitionRDD } from './partial-results-rdd.ts'
import { ObjectFileRDD } from './object-file-rdd.ts'
import { EmptyRDD, NumberRangeRDD, ParallelCollectionRDD } from './parallel-collection-rdd.ts'
import {
  DefinedRDD,
  FilterRDD,
  FlatMapRDD,
  GlomRDD,
  MapPartitionsRDD,
  MapPartitionsWithIndexRDD,
  MapRDD,
} from './row-operators.ts'
import { PipedRDD } from './piped-rdd.ts'
import { SampleByKeyExactRDD, SampleByKeyRDD } from './sample-by-key-rdd.ts'
import { SampledRDD } from './sampled-rdd.ts'
import { ShuffledRDD } from './shuffled-rdd.ts'
import { SketchByKeyRDD, SketchResultsRDD } from './sketch-by-key-rdd.ts'
import { TextFileRDD } from './text-file-rdd.ts'
import { TolerantRDD } from './tolerant-rdd.ts'
import { UnionRDD } from './union-rdd.ts'
import { BinaryFilesRDD, WholeTextFilesRDD } from './whole-files-rdd.ts'
import { EvaluatedRDD, ZipPartitionsRDD, ZipRDD } from './zip-rdd.ts'

registerOperator('as', EncodedRDD)
registerOperator('binaryFiles', BinaryFilesRDD)
registerOperator('binaryRecords', BinaryRecordsRDD)
registerOperator('cartesian', CartesianRDD)
registerOperator('checkpoint', CheckpointRDD)
registerOperator('coalesce', CoalescedRDD)
registerOperator('localCheckpoint', LocalCheckpointRDD)
registerOperator('cogroup', CoGroupedRDD)
registerOperator('combinePartitions', CombinePartitionsRDD)
registerOperator('defined', DefinedRDD)
registerOperator('distinctInPlace', DistinctInPlaceRDD)
registerOperator('distribute', DistributeRDD)
registerOperator('eachPartition', EachPartitionRDD)
registerOperator('empty', EmptyRDD)
registerOperator('evaluated', EvaluatedRDD)
registerOperator('filter', FilterRDD)
registerOperator('filterByRange', FilterByRangeRDD)
registerOperator('flatMap', FlatMapRDD)
registerOperator('flatMapValues', FlatMapValuesRDD)
registerOperator('glom', GlomRDD)
registerOperator('joinGroups', JoinGroupsRDD)
registerOperator('keyBy', KeyByRDD)
registerOperator('keyByPartition', KeyByPartitionRDD)
registerOperator('keys', KeysRDD)
registerOperator('map', MapRDD)
registerOperator('mapPartitions', MapPartitionsRDD)
registerOperator('mapPartitionsWithIndex', MapPartitionsWithIndexRDD)
registerOperator('mapValues', MapValuesRDD)
registerOperator('objectFile', ObjectFileRDD)
registerOperator('parallelize', ParallelCollectionRDD)
registerOperator('pipe', PipedRDD)
registerOperator('range', NumberRangeRDD)
registerOperator('rowsAsKeys', RowsAsKeysRDD)
registerOperator('sample', SampledRDD)
registerOperator('sampleByKey', SampleByKeyRDD)
registerOperator('sampleByKeyExact', SampleByKeyExactRDD)
registerOperator('shuffled', ShuffledRDD)
registerOperator('sketchByKey', SketchByKeyRDD)
registerOperator('sketchResults', SketchResultsRDD)
registerOperator('subtractByKey', SubtractedRDD)
registerOperator('textFile', TextFileRDD)
registerOperator('tolerant', TolerantRDD)
registerOperator('unchanged', UnchangedRDD)
registerOperator('union', UnionRDD)
registerOperator('values', ValuesRDD)
registerOperator('wholeTextFiles', WholeTextFilesRDD)
registerOperator('zip', ZipRDD)
registerOperator('zipPartitions', ZipPartitionsRDD)
registerOperator('zipWithIndex', ZipWithIndexRDD)
registerOperator('zipWithUniqueId', ZipWithUniqueIdRDD)
