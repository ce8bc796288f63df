import type { AccumulableInfo, ListenerRddInfo, ListenerStageInfo } from '../events/index.ts'
import { StorageLevel } from '../storage/index.ts'
import type { Json, JsonObject } from './json.ts'

/** One attempt of a stage. */
export function stageInfoJson(info: ListenerStageInfo): JsonObject {
  const { submissionTime, completionTime, failureReason } = info
  return {
    'Stage ID': info.stageId,
    'Stage Attempt ID': info.attemptNumber,
    'Stage Name': info.name,
    'Number of Tasks': info.numTasks,
    'RDD Info': info.rddInfos.map(rddInfoJson),
    'Parent IDs': info.parentIds,
    Details: info.details ?? '',
    ...(submissionTime === undefined ? {} : { 'Submission Time': whole(submissionTime) }),
    ...(completionTime === undefined ? {} : { 'Completion Time': whole(completionTime) }),
    ...(failureReason === undefined ? {} : { 'Failure Reason': failureReason }),
    Accumulables: accumulablesJson(info.accumulables),
    'Resource Profile Id': info.resourceProfileId ?? 0,
    'Shuffle Push Enabled': false,
    'Shuffle Push Mergers Count': 0,
  }
}

function rddInfoJson(info: ListenerRddInfo): JsonObject {
  return {
    'RDD ID': info.rddId,
    Name: info.name,
    Callsite: info.callSite ?? '',
    'Parent IDs': info.parentIds,
    'Storage Level': storageLevelJson(info.storageLevel ?? StorageLevel.NONE),
    Barrier: false,
    DeterministicLevel: 'DETERMINATE',
    'Number of Partitions': info.numPartitions,
    'Number of Cached Partitions': 0,
    'Memory Size': 0,
    'Disk Size': 0,
  }
}

export function storageLevelJson(level: StorageLevel): JsonObject {
  return {
    'Use Disk': level.useDisk,
    'Use Memory': level.useMemory,
    'Use Off Heap': level.useOffHeap,
    Deserialized: level.deserialized,
    Replication: level.replication,
  }
}

/** Accumulators with a name; the others are shown nowhere. */
export function accumulablesJson(accumulables: readonly AccumulableInfo[]): Json[] {
  return accumulables.map(({ id, name, update, value }) => ({
    ID: id,
    ...(name === undefined ? {} : { Name: name }),
    ...(update === undefined ? {} : { Update: update }),
    ...(value === undefined ? {} : { Value: value }),
    Internal: false,
    'Count Failed Values': false,
  }))
}

/** Readers take whole milliseconds only. */
export function whole(time: number): number {
  return Math.floor(time)
}
