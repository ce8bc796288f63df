/** The operators of the engine, each registered under the kind it travels by. */
import { registerOperator } from '../operator-table.ts'
import {
  CombinePartitionsRDD,
  DistributeRDD,
  KeyByRDD,
  KeysRDD,
  MapValuesRDD,
  ValuesRDD,
} from './pair-operators.ts'
import { ParallelCollectionRDD } from './parallel-collection-rdd.ts'
import {
  FilterRDD,
  FlatMapRDD,
  MapPartitionsRDD,
  MapPartitionsWithIndexRDD,
  MapRDD,
} from './row-operators.ts'
import { ShuffledRDD } from './shuffled-rdd.ts'
import { TextFileRDD } from './text-file-rdd.ts'
import { UnionRDD } from './union-rdd.ts'

registerOperator('combinePartitions', CombinePartitionsRDD)
registerOperator('distribute', DistributeRDD)
registerOperator('filter', FilterRDD)
registerOperator('flatMap', FlatMapRDD)
registerOperator('keyBy', KeyByRDD)
registerOperator('keys', KeysRDD)
registerOperator('map', MapRDD)
registerOperator('mapPartitions', MapPartitionsRDD)
registerOperator('mapPartitionsWithIndex', MapPartitionsWithIndexRDD)
registerOperator('mapValues', MapValuesRDD)
registerOperator('parallelize', ParallelCollectionRDD)
registerOperator('shuffled', ShuffledRDD)
registerOperator('textFile', TextFileRDD)
registerOperator('union', UnionRDD)
registerOperator('values', ValuesRDD)
