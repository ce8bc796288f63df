/**
 * The words of the cluster manager: the v1 calls and events of Mesos as discriminated unions, and the
 * infos they are made of.
 *
 * Field names, nesting and enum names are exactly those of v1 JSON (`snake_case`, ids as `{value}`, enums by
 * name), so that a door in another encoding maps one object to one object and nothing is renamed on the way.
 * The rest of Troupe writes `camelCase`; an object of this folder is recognised by its spelling.
 * Two things differ from JSON text: fields of type `bytes` (`data`, `uuid`) are `Uint8Array` here and base64 there,
 * and optional fields are absent, never `null`.
 *
 * Three conversations: scheduler ↔ master ({@link SchedulerCall}, {@link SchedulerEvent}), executor ↔ agent
 * ({@link ExecutorCall}, {@link ExecutorEvent}), agent ↔ master ({@link AgentCall}, {@link AgentEvent}; Mesos has no v1 form
 * of this one, the style is kept). Who speaks makes calls, who serves sends events.
 *
 * @see include/mesos/v1/{mesos,scheduler/scheduler,executor/executor}.proto of Apache Mesos 1.11
 */
export type {
  AgentId,
  ContainerId,
  ExecutorId,
  FrameworkId,
  OfferId,
  OperationId,
  TaskId,
} from './ids.ts'
export type {
  Attribute,
  DiskInfo,
  Label,
  Labels,
  Range,
  ReservationInfo,
  ReservationType,
  Resource,
  ScalarValue,
} from './resource.ts'
export {
  agentCall,
  agentEvent,
  amountsShape,
  frameworkInfoShape,
  attributeShape,
  executorCall,
  executorEvent,
  resourceOperationShape,
  resourceShape,
  schedulerCall,
  schedulerEvent,
} from './shapes.ts'
export { TASK_STATES, isTerminal, sameBytes } from './task.ts'
export { asUuid, isUuid } from './uuid.ts'
export type {
  KillPolicy,
  TaskInfo,
  TaskState,
  TaskResourceLimitation,
  TaskStatus,
  TaskStatusReason,
  TaskStatusSource,
} from './task.ts'
export type {
  CommandInfo,
  CommandUri,
  EnvironmentVariable,
  ExecutorInfo,
  ProcessEnvironment,
} from './executor-info.ts'
export type { CheckInfo, CheckStatusInfo, HealthCheck } from './check.ts'
export type {
  ContainerInfo,
  DockerInfo,
  Image,
  NetworkInfo,
  RLimit,
  ResourceStatistics,
  Volume,
} from './container-info.ts'
export { hasCapability, rolesOf } from './framework.ts'
export type { FrameworkCapability, FrameworkInfo, OfferFilters } from './framework.ts'
export { pidOf } from './agent-info.ts'
export type { AgentInfo, MasterInfo } from './agent-info.ts'
export type { Filters, Offer, Operation, OperationState, OperationStatus, Url } from './offer.ts'
export type {
  AcceptCall,
  InvalidOperation,
  AcknowledgeCall,
  DeclineCall,
  KillCall,
  MessageCall,
  ReconcileCall,
  ReviveCall,
  SchedulerCall,
  ShutdownCall,
  SubscribeCall,
  SuppressCall,
  TeardownCall,
} from './scheduler-call.ts'
export type {
  ErrorEvent,
  FailureEvent,
  HeartbeatEvent,
  MessageEvent,
  OffersEvent,
  RescindEvent,
  SchedulerEvent,
  SubscribedEvent,
  UpdateEvent,
  UpdateOperationStatusEvent,
} from './scheduler-event.ts'
export type { ExecutorCall, ExecutorEvent } from './executor-api.ts'
export type {
  AgentCall,
  AgentEvent,
  AskedOperation,
  HeldExecutor,
  HeldFramework,
  HeldOperation,
  HeldTask,
} from './agent-api.ts'
