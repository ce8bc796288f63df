import type { ExecutorListenerEvent, SparkListenerEvent } from '../../events/index.ts'
import { Fields } from './fields.ts'
import { blockManagerOf, levelOf, stageOf } from './stage-of.ts'
import { executorMetricsOf, taskEndOf, taskOf } from './task-of.ts'

/** What a line of an event log tells. */
export type LoggedEvent =
  { readonly type: 'SparkListenerLogStart'; readonly sparkVersion: string } | SparkListenerEvent

const PACKAGE = /^org\.apache\.spark\.scheduler\./

/** Reads a line; undefined for an event that says nothing here. @throws SyntaxError for what is no JSON */
export function eventOf(line: string): LoggedEvent | undefined {
  const fields = new Fields(JSON.parse(line))
  const type = fields.text('Event').replace(PACKAGE, '')
  switch (type) {
    case 'SparkListenerLogStart':
      return { type, sparkVersion: fields.text('Spark Version') }
    case 'SparkListenerApplicationStart':
      return {
        type,
        appName: fields.text('App Name'),
        appId: fields.text('App ID'),
        time: fields.number('Timestamp'),
        sparkUser: fields.text('User'),
      }
    case 'SparkListenerApplicationEnd':
      return { type, time: fields.number('Timestamp') }
    case 'SparkListenerResourceProfileAdded':
      return { type, resourceProfile: profileOf(fields) }
    case 'SparkListenerEnvironmentUpdate': {
      const parts = fields.names().filter((name) => name !== 'Event')
      const details = parts.map((name) => [name, fields.of(name).texts()] as const)
      return { type, environmentDetails: Object.fromEntries(details) }
    }
    case 'SparkListenerJobStart':
      return {
        type,
        jobId: fields.number('Job ID'),
        time: fields.number('Submission Time'),
        stageInfos: fields.list('Stage Infos').map(stageOf),
        properties: propertiesOf(fields),
      }
    case 'SparkListenerJobEnd':
      return {
        type,
        jobId: fields.number('Job ID'),
        time: fields.number('Completion Time'),
        jobResult: {
          result:
            fields.of('Job Result').text('Result') === 'JobSucceeded'
              ? 'JobSucceeded'
              : 'JobFailed',
        },
      }
    case 'SparkListenerStageSubmitted':
      return { type, stageInfo: stageOf(fields.of('Stage Info')), properties: propertiesOf(fields) }
    case 'SparkListenerStageCompleted':
      return { type, stageInfo: stageOf(fields.of('Stage Info')) }
    case 'SparkListenerTaskStart':
      return {
        type,
        stageId: fields.number('Stage ID'),
        stageAttemptId: fields.number('Stage Attempt ID'),
        taskInfo: taskOf(fields.of('Task Info')),
      }
    case 'SparkListenerTaskGettingResult':
      return { type, taskInfo: taskOf(fields.of('Task Info')) }
    case 'SparkListenerTaskEnd':
      return taskEndOf(fields)
    case 'SparkListenerBlockManagerAdded': {
      const maxMem = fields.number('Maximum Memory')
      return {
        type,
        time: fields.number('Timestamp'),
        blockManagerId: blockManagerOf(fields.of('Block Manager ID')),
        maxMem,
        maxOnHeapMem: fields.number('Maximum Onheap Memory', maxMem),
        maxOffHeapMem: fields.number('Maximum Offheap Memory'),
      }
    }
    case 'SparkListenerBlockUpdated': {
      const info = fields.of('Block Updated Info')
      return {
        type,
        blockManagerId: blockManagerOf(info.of('Block Manager ID')),
        blockId: info.text('Block ID'),
        storageLevel: levelOf(info.of('Storage Level')),
        memSize: info.number('Memory Size'),
        diskSize: info.number('Disk Size'),
      }
    }
    case 'SparkListenerUnpersistRDD':
      return { type, rddId: fields.number('RDD ID') }
    default:
      return executorEventOf(type, fields)
  }
}

function executorEventOf(type: string, fields: Fields): ExecutorListenerEvent | undefined {
  const time = fields.number('time')
  const executorId = fields.text('executorId')
  const taskFailures = fields.number('taskFailures')
  const hostId = fields.text('hostId')
  const executorFailures = fields.number('executorFailures')
  const stage = {
    stageId: fields.number('stageId'),
    stageAttemptId: fields.number('stageAttemptId'),
  }
  switch (type) {
    case 'SparkListenerExecutorAdded': {
      const info = fields.of('Executor Info')
      return {
        type,
        time: fields.number('Timestamp'),
        executorId: fields.text('Executor ID'),
        executorInfo: {
          executorHost: info.text('Host'),
          totalCores: info.number('Total Cores'),
          resourceProfileId: info.number('Resource Profile Id'),
        },
      }
    }
    case 'SparkListenerStageExecutorMetrics':
      return {
        type,
        execId: fields.text('Executor ID'),
        stageId: fields.number('Stage ID'),
        stageAttemptId: fields.number('Stage Attempt ID'),
        executorMetrics: executorMetricsOf(fields.of('Executor Metrics')),
      }
    case 'SparkListenerExecutorRemoved':
      return {
        type,
        time: fields.number('Timestamp'),
        executorId: fields.text('Executor ID'),
        reason: fields.text('Removed Reason'),
      }
    case 'SparkListenerExecutorExcluded':
      return { type, time, executorId, taskFailures }
    case 'SparkListenerExecutorUnexcluded':
      return { type, time, executorId }
    case 'SparkListenerNodeExcluded':
      return { type, time, hostId, executorFailures }
    case 'SparkListenerNodeUnexcluded':
      return { type, time, hostId }
    case 'SparkListenerExecutorExcludedForStage':
      return { type, time, executorId, taskFailures, ...stage }
    case 'SparkListenerNodeExcludedForStage':
      return { type, time, hostId, executorFailures, ...stage }
    default:
      return undefined
  }
}

function propertiesOf(fields: Fields): Record<string, string> {
  return Object.fromEntries(fields.of('Properties').texts())
}

function profileOf(
  fields: Fields,
): Extract<SparkListenerEvent, { type: 'SparkListenerResourceProfileAdded' }>['resourceProfile'] {
  const amounts = (name: string): [string, number][] => {
    const requests = fields.of(name)
    return requests.names().map((one) => [one, requests.of(one).number('Amount')])
  }
  return {
    id: fields.number('Resource Profile Id'),
    executorResources: amounts('Executor Resource Requests'),
    taskResources: amounts('Task Resource Requests'),
  }
}
