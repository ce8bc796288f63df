import { hostPortOf, type RddRecord } from '../../status/index.ts'
import { describeLevel } from '../../storage/index.ts'
import type { JsonFields } from '../pretty-json.ts'

/** An RDD that is kept. */
export function rddJson(rdd: RddRecord): JsonFields {
  const shares = [...rdd.shares.values()]
  return {
    id: rdd.info.rddId,
    name: rdd.info.name,
    numPartitions: rdd.info.numPartitions,
    numCachedPartitions: rdd.partitions.size,
    storageLevel: describeLevel(rdd.level),
    memoryUsed: rdd.memoryUsed,
    diskUsed: rdd.diskUsed,
    dataDistribution: shares.length === 0 ? undefined : shares.map(shareJson),
    partitions: [...rdd.partitions.values()].map((one) => partitionJson(one, rdd)),
  }
}

function shareJson(share: Parameters<RddRecord['shares']['set']>[1]): JsonFields {
  const { executor } = share
  const { totalOnHeap } = executor
  const isKnown = totalOnHeap !== undefined
  return {
    address: hostPortOf(executor),
    memoryUsed: share.memoryUsed,
    memoryRemaining: executor.maxMemory - executor.memoryUsed,
    diskUsed: share.diskUsed,
    onHeapMemoryUsed: isKnown ? share.onHeapUsed : undefined,
    offHeapMemoryUsed: isKnown ? share.offHeapUsed : undefined,
    onHeapMemoryRemaining: isKnown ? totalOnHeap - executor.usedOnHeap : undefined,
    offHeapMemoryRemaining: isKnown ? executor.totalOffHeap - executor.usedOffHeap : undefined,
  }
}

/** How a partition is kept in fact, whatever the level of its RDD asks for. */
function partitionJson(
  partition: Parameters<RddRecord['partitions']['set']>[1],
  { level }: RddRecord,
): JsonFields {
  const { memoryUsed, diskUsed, executors } = partition
  return {
    blockName: partition.blockName,
    storageLevel: describeLevel({
      useDisk: diskUsed > 0,
      useMemory: memoryUsed > 0,
      useOffHeap: level.useOffHeap,
      deserialized: memoryUsed > 0 && level.deserialized,
      replication: executors.length,
    }),
    memoryUsed,
    diskUsed,
    executors,
  }
}
