import type {
  AccumulableInfo,
  BlockManagerId,
  ListenerRddInfo,
  ListenerStageInfo,
} from '../../events/index.ts'
import type { StorageLevel } from '../../storage/index.ts'
import type { Fields } from './fields.ts'

export function stageOf(fields: Fields): ListenerStageInfo {
  const submissionTime = fields.optionalNumber('Submission Time')
  const completionTime = fields.optionalNumber('Completion Time')
  const failureReason = fields.optionalText('Failure Reason')
  const details = fields.text('Details')
  return {
    stageId: fields.number('Stage ID'),
    attemptNumber: fields.number('Stage Attempt ID'),
    name: fields.text('Stage Name'),
    ...(details === '' ? {} : { details }),
    numTasks: fields.number('Number of Tasks'),
    resourceProfileId: fields.number('Resource Profile Id'),
    rddInfos: fields.list('RDD Info').map(rddOf),
    parentIds: fields.numbers('Parent IDs'),
    ...(submissionTime === undefined ? {} : { submissionTime }),
    ...(completionTime === undefined ? {} : { completionTime }),
    ...(failureReason === undefined ? {} : { failureReason }),
    accumulables: accumulablesOf(fields),
  }
}

function rddOf(fields: Fields): ListenerRddInfo {
  const callSite = fields.text('Callsite')
  return {
    rddId: fields.number('RDD ID'),
    name: fields.text('Name'),
    ...(callSite === '' ? {} : { callSite }),
    numPartitions: fields.number('Number of Partitions'),
    parentIds: fields.numbers('Parent IDs'),
    storageLevel: levelOf(fields.of('Storage Level')),
  }
}

export function levelOf(fields: Fields): StorageLevel {
  return {
    useDisk: fields.flag('Use Disk'),
    useMemory: fields.flag('Use Memory'),
    useOffHeap: fields.flag('Use Off Heap'),
    deserialized: fields.flag('Deserialized'),
    replication: fields.number('Replication', 1),
  }
}

/** Those that are not Spark's own. */
export function accumulablesOf(fields: Fields): AccumulableInfo[] {
  return fields
    .list('Accumulables')
    .filter((one) => !one.flag('Internal') && one.text('Metadata') !== 'sql')
    .map((one) => {
      const name = one.optionalText('Name')
      const update = one.optionalText('Update')
      const value = one.optionalText('Value')
      return {
        id: one.number('ID'),
        ...(name === undefined ? {} : { name }),
        ...(update === undefined ? {} : { update }),
        ...(value === undefined ? {} : { value }),
      }
    })
}

export function blockManagerOf(fields: Fields): BlockManagerId {
  return {
    executorId: fields.text('Executor ID'),
    host: fields.text('Host'),
    port: fields.number('Port'),
  }
}
