import type {
  BlockManagerId,
  ExecutorListenerEvent,
  ResourceProfile,
  SparkEvent,
  SparkListenerEvent,
} from '../events/index.ts'
import type { Json, JsonObject } from './json.ts'
import { redacted } from './redaction.ts'
import { stackFrames } from './stack-frames.ts'
import { stageInfoJson, storageLevelJson, whole } from './stage-json.ts'
import {
  blockManagerIdJson,
  taskEndReasonJson,
  taskInfoJson,
  taskMetricsJson,
} from './task-json.ts'

/**
 * An event as Spark's event log has it; undefined for what is not in it: the engine's own events, and the interim reports of
 * executors.
 *
 * @param addressOf where an executor keeps its blocks, if that is known
 * @see JsonProtocol.scala in Spark
 */
export function sparkEventJson(
  event: SparkEvent,
  addressOf: (executorId: string) => BlockManagerId | undefined = () => undefined,
): JsonObject | undefined {
  const known = event as SparkListenerEvent // the engine's own events end in the default
  switch (known.type) {
    case 'SparkListenerApplicationStart':
      return {
        Event: known.type,
        'App Name': known.appName,
        'App ID': known.appId,
        Timestamp: whole(known.time),
        User: known.sparkUser,
      }
    case 'SparkListenerApplicationEnd':
      return { Event: known.type, Timestamp: whole(known.time) }
    case 'SparkListenerResourceProfileAdded':
      return { Event: known.type, ...resourceProfileJson(known.resourceProfile) }
    case 'SparkListenerEnvironmentUpdate':
      return { Event: known.type, ...environmentJson(known.environmentDetails) }
    case 'SparkListenerJobStart':
      return {
        Event: known.type,
        'Job ID': known.jobId,
        'Submission Time': whole(known.time),
        'Stage Infos': known.stageInfos.map(stageInfoJson),
        'Stage IDs': known.stageInfos.map(({ stageId }) => stageId),
        Properties: redacted(Object.entries(known.properties)),
      }
    case 'SparkListenerJobEnd':
      return {
        Event: known.type,
        'Job ID': known.jobId,
        'Completion Time': whole(known.time),
        'Job Result': jobResultJson(known.jobResult),
      }
    case 'SparkListenerStageSubmitted':
      return {
        Event: known.type,
        'Stage Info': stageInfoJson(known.stageInfo),
        Properties: redacted(Object.entries(known.properties)),
      }
    case 'SparkListenerStageCompleted':
      return { Event: known.type, 'Stage Info': stageInfoJson(known.stageInfo) }
    case 'SparkListenerTaskStart':
      return {
        Event: known.type,
        'Stage ID': known.stageId,
        'Stage Attempt ID': known.stageAttemptId,
        'Task Info': taskInfoJson(known.taskInfo),
      }
    case 'SparkListenerTaskGettingResult':
      return { Event: known.type, 'Task Info': taskInfoJson(known.taskInfo) }
    case 'SparkListenerTaskEnd': {
      const { taskMetrics } = known
      return {
        Event: known.type,
        'Stage ID': known.stageId,
        'Stage Attempt ID': known.stageAttemptId,
        'Task Type': known.taskType,
        'Task End Reason': taskEndReasonJson(known, addressOf),
        'Task Info': taskInfoJson(known.taskInfo),
        'Task Executor Metrics': known.taskExecutorMetrics ?? {},
        ...(taskMetrics === undefined ? {} : { 'Task Metrics': taskMetricsJson(taskMetrics) }),
      }
    }
    case 'SparkListenerStageExecutorMetrics':
      return {
        Event: known.type,
        'Executor ID': known.execId,
        'Stage ID': known.stageId,
        'Stage Attempt ID': known.stageAttemptId,
        'Executor Metrics': known.executorMetrics,
      }
    case 'SparkListenerExecutorAdded':
      return {
        Event: known.type,
        Timestamp: whole(known.time),
        'Executor ID': known.executorId,
        'Executor Info': {
          Host: known.executorInfo.executorHost,
          'Total Cores': known.executorInfo.totalCores,
          'Log Urls': {},
          Attributes: {},
          Resources: {},
          'Resource Profile Id': known.executorInfo.resourceProfileId ?? 0,
        },
      }
    case 'SparkListenerExecutorRemoved':
      return {
        Event: known.type,
        Timestamp: whole(known.time),
        'Executor ID': known.executorId,
        'Removed Reason': known.reason,
      }
    case 'SparkListenerBlockManagerAdded':
      return {
        Event: known.type,
        'Block Manager ID': blockManagerIdJson(known.blockManagerId),
        'Maximum Memory': whole(known.maxMem),
        Timestamp: whole(known.time),
        'Maximum Onheap Memory': whole(known.maxOnHeapMem),
        'Maximum Offheap Memory': whole(known.maxOffHeapMem),
      }
    case 'SparkListenerBlockManagerRemoved':
      return {
        Event: known.type,
        'Block Manager ID': blockManagerIdJson(known.blockManagerId),
        Timestamp: whole(known.time),
      }
    case 'SparkListenerBlockUpdated':
      return {
        Event: known.type,
        'Block Updated Info': {
          'Block Manager ID': blockManagerIdJson(known.blockManagerId),
          'Block ID': known.blockId,
          'Storage Level': storageLevelJson(known.storageLevel),
          'Memory Size': whole(known.memSize),
          'Disk Size': whole(known.diskSize),
        },
      }
    case 'SparkListenerUnpersistRDD':
      return { Event: known.type, 'RDD ID': known.rddId }
    case 'SparkListenerSpeculativeTaskSubmitted': {
      const { stageId, stageAttemptId } = known
      return { Event: `org.apache.spark.scheduler.${known.type}`, stageId, stageAttemptId }
    }
    case 'SparkListenerExecutorExcluded':
    case 'SparkListenerExecutorExcludedForStage':
    case 'SparkListenerNodeExcludedForStage':
    case 'SparkListenerExecutorUnexcluded':
    case 'SparkListenerNodeExcluded':
    case 'SparkListenerNodeUnexcluded':
      return exclusionJson(known)
    default:
      return undefined
  }
}

/** Spark writes these with the name of their class and of their fields. */
function exclusionJson({ type, time, ...fields }: Exclusion): JsonObject {
  return { Event: `org.apache.spark.scheduler.${type}`, time: whole(time), ...fields }
}

type Exclusion = Extract<ExecutorListenerEvent, { readonly type: `${string}xcluded${string}` }>

function jobResultJson({
  result,
  exception,
}: Extract<SparkListenerEvent, { readonly type: 'SparkListenerJobEnd' }>['jobResult']): Json {
  if (exception === undefined) return { Result: result }
  const { message, stack } = exception
  return { Result: result, Exception: { Message: message, 'Stack Trace': stackFrames(stack) } }
}

function resourceProfileJson(profile: ResourceProfile): JsonObject {
  const { id, executorResources, taskResources } = profile
  const ofExecutors = executorResources.map(
    ([name, amount]) =>
      [
        name,
        { 'Resource Name': name, Amount: amount, 'Discovery Script': '', Vendor: '' },
      ] as const,
  )
  const ofTasks = taskResources.map(
    ([name, amount]) => [name, { 'Resource Name': name, Amount: amount }] as const,
  )
  return {
    'Resource Profile Id': id,
    'Executor Resource Requests': Object.fromEntries(ofExecutors),
    'Task Resource Requests': Object.fromEntries(ofTasks),
  }
}

/** What a reader wants to find, whether there is any or not. */
const ENVIRONMENT_PARTS = [
  'JVM Information',
  'Spark Properties',
  'Hadoop Properties',
  'System Properties',
  'Metrics Properties',
  'Classpath Entries',
] as const

function environmentJson(
  details: Extract<
    SparkListenerEvent,
    { readonly type: 'SparkListenerEnvironmentUpdate' }
  >['environmentDetails'],
): JsonObject {
  return Object.fromEntries(
    ENVIRONMENT_PARTS.map((part) => [part, redacted(details[part] ?? [])] as const),
  )
}
