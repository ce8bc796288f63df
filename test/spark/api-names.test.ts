import test from 'ava'

import { RDD, SparkContext } from '../../src/spark/index.ts'
import { startDriver } from './context/driver.ts'

/** What Spark's classes have, as its class files name it. */
const SPARK = {
  RDD: `map filter flatMap mapPartitions mapPartitionsWithIndex mapPartitionsWithEvaluator zipPartitions zip
    zipPartitionsWithEvaluator zipWithIndex zipWithUniqueId glom distinct union intersection subtract cartesian sample
    randomSplit groupBy keyBy sortBy repartition coalesce pipe collect barrier withResources cache persist unpersist
    checkpoint localCheckpoint setName cleanShuffleDependencies partitions getNumPartitions partitioner dependencies
    preferredLocations getStorageLevel getCheckpointFile isCheckpointed isEmpty id name toDebugString context sparkContext
    iterator compute getResourceProfile
    combineByKey combineByKeyWithClassTag aggregateByKey foldByKey reduceByKey reduceByKeyLocally groupByKey cogroup
    groupWith join leftOuterJoin rightOuterJoin fullOuterJoin subtractByKey mapValues flatMapValues keys values partitionBy
    lookup collectAsMap countByKey countByKeyApprox countApproxDistinctByKey sampleByKey sampleByKeyExact saveAsHadoopFile
    saveAsNewAPIHadoopFile saveAsHadoopDataset saveAsNewAPIHadoopDataset
    sortByKey repartitionAndSortWithinPartitions filterByRange
    sum mean stats variance sampleVariance popVariance stdev sampleStdev popStdev histogram meanApprox sumApprox
    countAsync collectAsync takeAsync foreachAsync foreachPartitionAsync saveAsSequenceFile
    reduce treeReduce fold aggregate treeAggregate toLocalIterator count countApprox countApproxDistinct countByValue
    countByValueApprox take takeOrdered top takeSample first min max foreach foreachPartition saveAsTextFile
    saveAsObjectFile`,
  SparkContext: `parallelize makeRDD range emptyRDD textFile wholeTextFiles binaryFiles binaryRecords objectFile sequenceFile
    hadoopFile hadoopRDD newAPIHadoopFile newAPIHadoopRDD union broadcast longAccumulator doubleAccumulator
    collectionAccumulator register addFile addJar addArchive listFiles listArchives listJars setCheckpointDir getCheckpointDir
    checkpointFile runJob runApproximateJob submitJob setJobGroup clearJobGroup addJobTag removeJobTag getJobTags clearJobTags
    cancelJobGroup cancelJobGroupAndFutureJobs cancelJobsWithTag cancelJob cancelStage cancelAllJobs killTaskAttempt
    setLocalProperty getLocalProperty setJobDescription setCallSite clearCallSite setLogLevel getPersistentRDDs
    getRDDStorageInfo getExecutorMemoryStatus requestExecutors requestTotalExecutors killExecutors killExecutor getAllPools
    getSchedulingMode statusTracker addSparkListener removeSparkListener defaultParallelism defaultMinPartitions uiWebUrl
    applicationId applicationAttemptId startTime master appName deployMode version getOrCreate getConf isLocal isStopped stop`,
  TaskContext: `partitionId stageId stageAttemptNumber attemptNumber taskAttemptId numPartitions taskMetrics cpus resources
    getLocalProperty isCompleted isFailed isInterrupted addTaskCompletionListener addTaskFailureListener`,
}

const HADOOP = "a format of Hadoop's classes"
const OTHERWISE = (name: string): string => `${name} is it`

/** What ours have not, and why. */
const NOT_THERE: Readonly<Record<keyof typeof SPARK, Readonly<Record<string, string>>>> = {
  RDD: {
    combineByKeyWithClassTag: OTHERWISE('combineByKey, since there are no class tags'),
    saveAsHadoopFile: HADOOP,
    saveAsNewAPIHadoopFile: HADOOP,
    saveAsHadoopDataset: HADOOP,
    saveAsNewAPIHadoopDataset: HADOOP,
    saveAsSequenceFile: HADOOP,
  },
  SparkContext: {
    sequenceFile: HADOOP,
    hadoopFile: HADOOP,
    hadoopRDD: HADOOP,
    newAPIHadoopFile: HADOOP,
    newAPIHadoopRDD: HADOOP,
    addJar: 'functions bring along what they use',
    listJars: 'functions bring along what they use',
    applicationAttemptId: 'only YARN gives attempts; elsewhere Spark has none, too',
  },
  TaskContext: {
    taskMetrics: OTHERWISE('metrics'),
    resources: 'GPUs and the like are refused: executors have cores and memory',
  },
}

function lacking(names: keyof typeof SPARK, ...holders: readonly object[]): readonly string[] {
  const wanted = SPARK[names].split(/\s+/)
  return wanted.filter((name) => !holders.some((holder) => name in holder)).sort()
}

test("what Spark's classes have ours have, but for what is told with its reason", async (t) => {
  const { kit, sc } = startDriver(t)
  const rdd = sc.parallelize([1], 1)
  const inTask = await kit.until(
    sc.runJob(rdd, (_, context) => {
      const found: string[] = []
      for (
        let at: object = context;
        at !== Object.prototype;
        at = Object.getPrototypeOf(at) as object
      )
        found.push(...Object.getOwnPropertyNames(at))
      return found
    }),
  )
  const task = Object.fromEntries(inTask.flat().map((name) => [name, true]))
  const found = {
    RDD: lacking('RDD', RDD.prototype, rdd),
    SparkContext: lacking('SparkContext', SparkContext.prototype, SparkContext, sc),
    TaskContext: lacking('TaskContext', task),
  }
  for (const [names, exceptions] of Object.entries(NOT_THERE)) {
    t.deepEqual(found[names as keyof typeof SPARK], Object.keys(exceptions).sort(), names)
  }
})
