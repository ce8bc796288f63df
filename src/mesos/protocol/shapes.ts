import {
  aCount,
  aFlag,
  aNumber,
  aText,
  bytes,
  listOf,
  maybe,
  oneOf,
  protocol,
  record,
  type Shape,
} from '../../actors/index.ts'
import type { AgentCall, AgentEvent } from './agent-api.ts'
import { check, checkStatus, command, containerInfo, healthCheck } from './command-shapes.ts'
import type { ExecutorCall, ExecutorEvent } from './executor-api.ts'
import type { Operation, OperationState } from './offer.ts'
import type { Attribute, Resource } from './resource.ts'
import type { SchedulerCall } from './scheduler-call.ts'
import type { SchedulerEvent } from './scheduler-event.ts'
import { TASK_STATES } from './task.ts'

const id = record({ value: aText })
const ids = listOf(id)
const texts = listOf(aText)
const role = maybe(record({ role: aText }))
const ranges = record({ range: listOf(record({ begin: aNumber, end: aNumber })) })
const scalar = record({ value: aNumber })
const valuesOf =
  (item: Shape): Shape =>
  (value) =>
    typeof value === 'object' && value !== null && Object.values(value).every((one) => item(one))
/** Amounts by name. */
export const amountsShape: Shape = valuesOf(record({ value: aNumber }))
const labels = maybe(record({ labels: listOf(record({ key: aText, value: maybe(aText) })) }))
const gracePeriod = maybe(record({ nanoseconds: aNumber }))
const killPolicy = maybe(record({ grace_period: gracePeriod }))
const taskState = oneOf(Object.keys(TASK_STATES))

const disk = record({
  persistence: maybe(record({ id: aText, principal: maybe(aText) })),
  volume: maybe(record({ mode: aText, container_path: aText, host_path: maybe(aText) })),
  source: maybe(
    record({
      type: aText,
      path: maybe(record({ root: maybe(aText) })),
      mount: maybe(record({ root: maybe(aText) })),
    }),
  ),
})
const ofResource = {
  name: aText,
  role: maybe(aText),
  reservation: maybe(record({ principal: maybe(aText), labels })),
  reservations: maybe(
    listOf(record({ type: aText, role: aText, principal: maybe(aText), labels })),
  ),
  allocation_info: role,
  disk: maybe(disk),
  revocable: maybe(record({})),
  shared: maybe(record({})),
}
/** A resource, as texts in JSON may give it. */
export const resourceShape: Shape = protocol<Resource>({
  SCALAR: { ...ofResource, scalar },
  RANGES: { ...ofResource, ranges },
  SET: { ...ofResource, set: record({ item: texts }) },
})
const resources = listOf(resourceShape)
/** An attribute, as texts in JSON may give it. */
export const attributeShape: Shape = protocol<Attribute>({
  SCALAR: { name: aText, scalar },
  RANGES: { name: aText, ranges },
  TEXT: { name: aText, text: record({ value: aText }) },
})

const executorInfo = record({
  type: maybe(oneOf(['UNKNOWN', 'DEFAULT', 'CUSTOM'])),
  executor_id: id,
  framework_id: maybe(id),
  command: maybe(command),
  container: maybe(containerInfo),
  resources: maybe(resources),
  name: maybe(aText),
  source: maybe(aText),
  data: maybe(bytes),
  labels,
  shutdown_grace_period: gracePeriod,
})
const taskInfo = record({
  name: aText,
  task_id: id,
  agent_id: id,
  resources,
  executor: maybe(executorInfo),
  command: maybe(command),
  container: maybe(containerInfo),
  data: maybe(bytes),
  labels,
  kill_policy: killPolicy,
  max_completion_time: gracePeriod,
  health_check: maybe(healthCheck),
  check: maybe(check),
  limits: maybe(amountsShape),
})
const taskGroup = record({ tasks: listOf(taskInfo) })
const status = record({
  task_id: id,
  state: taskState,
  message: maybe(aText),
  source: maybe(aText),
  reason: maybe(aText),
  data: maybe(bytes),
  agent_id: maybe(id),
  executor_id: maybe(id),
  timestamp: maybe(aNumber),
  uuid: maybe(bytes),
  healthy: maybe(aFlag),
  check_status: maybe(checkStatus),
  labels,
  limitation: maybe(record({ resources: maybe(resources) })),
})
const offerFilters = record({
  min_allocatable_resources: maybe(
    record({ quantities: maybe(listOf(record({ quantities: maybe(amountsShape) }))) }),
  ),
})
export const frameworkInfoShape: Shape = record({
  user: aText,
  name: aText,
  id: maybe(id),
  failover_timeout: maybe(aNumber),
  checkpoint: maybe(aFlag),
  role: maybe(aText),
  roles: maybe(texts),
  hostname: maybe(aText),
  principal: maybe(aText),
  webui_url: maybe(aText),
  capabilities: maybe(listOf(record({ type: maybe(aText) }))),
  labels,
  offer_filters: maybe(valuesOf(offerFilters)),
})
const agentInfo = record({
  hostname: aText,
  ip: maybe(aText),
  port: maybe(aCount),
  resources,
  attributes: maybe(listOf(attributeShape)),
  id: maybe(id),
})
const offer = record({
  id,
  framework_id: id,
  agent_id: id,
  hostname: aText,
  resources,
  attributes: maybe(listOf(attributeShape)),
  executor_ids: maybe(ids),
  allocation_info: role,
})
const invalidity = oneOf(['malformed', 'invalid'])
const filters = maybe(record({ refuse_seconds: maybe(aNumber) }))
const ofResources = {
  RESERVE: { id: maybe(id), reserve: record({ resources, source: maybe(resources) }) },
  UNRESERVE: { id: maybe(id), unreserve: record({ resources }) },
  CREATE: { id: maybe(id), create: record({ volumes: resources }) },
  DESTROY: { id: maybe(id), destroy: record({ volumes: resources }) },
  GROW_VOLUME: {
    id: maybe(id),
    grow_volume: record({ volume: resourceShape, addition: resourceShape }),
  },
  SHRINK_VOLUME: {
    id: maybe(id),
    shrink_volume: record({ volume: resourceShape, subtract: scalar }),
  },
}
const OPERATION_STATES: readonly OperationState[] = [
  'OPERATION_PENDING',
  'OPERATION_FINISHED',
  'OPERATION_ERROR',
  'OPERATION_DROPPED',
  'OPERATION_UNREACHABLE',
  'OPERATION_GONE_BY_OPERATOR',
  'OPERATION_RECOVERING',
  'OPERATION_UNKNOWN',
]

/** An operation on resources themselves, as an operator may ask for it. */
export const resourceOperationShape: Shape =
  protocol<Exclude<Operation, { readonly type: 'LAUNCH' } | { readonly type: 'LAUNCH_GROUP' }>>(
    ofResources,
  )
const operation = protocol<Operation>({
  LAUNCH: { id: maybe(id), launch: record({ task_infos: listOf(taskInfo) }) },
  LAUNCH_GROUP: {
    id: maybe(id),
    launch_group: record({
      executor: executorInfo,
      task_group: taskGroup,
    }),
  },
  ...ofResources,
})
const operationStatus = record({
  uuid: maybe(record({ value: bytes })),
  operation_id: maybe(id),
  state: oneOf(OPERATION_STATES),
  message: maybe(aText),
  agent_id: maybe(id),
})

const byFramework = { framework_id: id }
const rolesGiven = maybe(record({ roles: texts }))

/** The calls of a scheduler. @see include/mesos/v1/scheduler/scheduler.proto */
export const schedulerCall: Shape = protocol<SchedulerCall>({
  SUBSCRIBE: {
    framework_id: maybe(id),
    subscribe: record({ framework_info: frameworkInfoShape, suppressed_roles: maybe(texts) }),
  },
  TEARDOWN: byFramework,
  ACCEPT: {
    ...byFramework,
    accept: record({
      offer_ids: ids,
      operations: listOf(operation),
      invalid: maybe(
        listOf(record({ id: maybe(id), type: aText, kind: invalidity, reason: aText })),
      ),
      filters,
    }),
  },
  DECLINE: { ...byFramework, decline: record({ offer_ids: ids, filters }) },
  REVIVE: { ...byFramework, revive: rolesGiven },
  SUPPRESS: { ...byFramework, suppress: rolesGiven },
  KILL: {
    ...byFramework,
    kill: record({ task_id: id, agent_id: maybe(id), kill_policy: killPolicy }),
  },
  SHUTDOWN: { ...byFramework, shutdown: record({ executor_id: id, agent_id: id }) },
  ACKNOWLEDGE: {
    ...byFramework,
    acknowledge: record({ agent_id: id, task_id: id, uuid: bytes }),
  },
  ACKNOWLEDGE_OPERATION_STATUS: {
    ...byFramework,
    acknowledge_operation_status: record({ agent_id: maybe(id), operation_id: id, uuid: bytes }),
  },
  RECONCILE_OPERATIONS: {
    ...byFramework,
    reconcile_operations: record({
      operations: maybe(listOf(record({ operation_id: id, agent_id: maybe(id) }))),
    }),
  },
  RECONCILE: {
    ...byFramework,
    reconcile: record({ tasks: listOf(record({ task_id: id, agent_id: maybe(id) })) }),
  },
  MESSAGE: {
    ...byFramework,
    message: record({ agent_id: id, executor_id: id, data: bytes }),
  },
})

/** What a master tells a scheduler. */
export const schedulerEvent: Shape = protocol<SchedulerEvent>({
  SUBSCRIBED: {
    subscribed: record({ framework_id: id, heartbeat_interval_seconds: maybe(aNumber) }),
  },
  OFFERS: { offers: record({ offers: listOf(offer) }) },
  RESCIND: { rescind: record({ offer_id: id }) },
  UPDATE: { update: record({ status }) },
  UPDATE_OPERATION_STATUS: { update_operation_status: record({ status: operationStatus }) },
  MESSAGE: { message: record({ agent_id: id, executor_id: id, data: bytes }) },
  FAILURE: {
    failure: record({ agent_id: maybe(id), executor_id: maybe(id), status: maybe(aNumber) }),
  },
  ERROR: { error: record({ message: aText }) },
  HEARTBEAT: {},
})

const ofTask = { framework_id: id, task_id: id }
const ofExecutor = { framework_id: id, executor_id: id }

/** The calls of an agent to its master. */
export const agentCall: Shape = protocol<AgentCall>({
  REGISTER: {
    register: record({
      agent_info: agentInfo,
      incarnation: aText,
      epoch: aCount,
      tasks: listOf(record({ framework_id: id, task: taskInfo, state: taskState })),
      executors: listOf(record({ framework_id: id, executor: executorInfo })),
      frameworks: listOf(record({ framework_id: id, framework_info: frameworkInfoShape })),
      checkpointed_resources: maybe(resources),
      operations: maybe(listOf(record({ framework_id: id, operation, status: operationStatus }))),
    }),
  },
  UPDATE_OPERATION_STATUS: {
    update_operation_status: record({ framework_id: id, status: operationStatus }),
  },
  UPDATE: { update: record({ framework_id: id, status, latest_state: taskState }) },
  EXECUTOR_TERMINATED: { executor_terminated: record({ ...ofExecutor, status: aNumber }) },
  MESSAGE: { message: record({ ...ofExecutor, data: bytes }) },
  UNREGISTER: {},
})

const epoch = aNumber

/** What a master tells an agent. */
export const agentEvent: Shape = protocol<AgentEvent>({
  REGISTERED: {
    epoch,
    registered: record({
      agent_id: id,
      heartbeat_interval_seconds: aNumber,
      lease_seconds: aNumber,
    }),
  },
  REFUSED: {
    epoch,
    refused: record({ reason: oneOf(['removed', 'invalid', 'not-registered']), message: aText }),
  },
  CHECKPOINT_RESOURCES: {
    epoch,
    checkpoint_resources: record({
      resources,
      operations: maybe(listOf(record({ framework_id: id, operation }))),
    }),
  },
  LAUNCH: {
    epoch,
    launch: record({
      framework_id: id,
      framework_info: frameworkInfoShape,
      task: taskInfo,
      launch_executor: maybe(aFlag),
    }),
  },
  LAUNCH_GROUP: {
    epoch,
    launch_group: record({
      framework_id: id,
      framework_info: frameworkInfoShape,
      executor: executorInfo,
      task_group: taskGroup,
      launch_executor: maybe(aFlag),
    }),
  },
  KILL: { epoch, kill: record({ ...ofTask, kill_policy: killPolicy }) },
  SHUTDOWN_EXECUTOR: { epoch, shutdown_executor: record(ofExecutor) },
  UPDATE_FRAMEWORK: {
    epoch,
    update_framework: record({ framework_id: id, framework_info: frameworkInfoShape }),
  },
  SHUTDOWN_FRAMEWORK: { epoch, shutdown_framework: record({ framework_id: id }) },
  ACKNOWLEDGE: { epoch, acknowledge: record({ ...ofTask, uuid: bytes }) },
  ACKNOWLEDGE_OPERATION: {
    epoch,
    acknowledge_operation: record({ framework_id: id, operation_id: id, uuid: bytes }),
  },
  MESSAGE: { epoch, message: record({ ...ofExecutor, data: bytes }) },
})

/** The calls of an executor. @see include/mesos/v1/executor/executor.proto */
export const executorCall: Shape = protocol<ExecutorCall>({
  SUBSCRIBE: {
    ...ofExecutor,
    subscribe: record({
      unacknowledged_tasks: listOf(taskInfo),
      unacknowledged_updates: listOf(record({ status })),
      container_id: maybe(id),
    }),
  },
  UPDATE: { ...ofExecutor, update: record({ status }) },
  MESSAGE: { ...ofExecutor, message: record({ data: bytes }) },
  HEARTBEAT: ofExecutor,
})

/** What an agent tells an executor. */
export const executorEvent: Shape = protocol<ExecutorEvent>({
  SUBSCRIBED: {
    subscribed: record({
      executor_info: executorInfo,
      framework_info: frameworkInfoShape,
      agent_info: agentInfo,
      container_id: maybe(id),
    }),
  },
  LAUNCH: { launch: record({ task: taskInfo }) },
  LAUNCH_GROUP: { launch_group: record({ task_group: taskGroup }) },
  KILL: { kill: record({ task_id: id, kill_policy: killPolicy }) },
  ACKNOWLEDGED: { acknowledged: record({ task_id: id, uuid: bytes }) },
  MESSAGE: { message: record({ data: bytes }) },
  ERROR: { error: record({ message: aText }) },
  SHUTDOWN: {},
  HEARTBEAT: {},
})
