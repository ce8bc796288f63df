/**
 * The cluster manager (`import … from 'troupe/mesos'`): two-level scheduling, after Apache Mesos.
 *
 * A *master* knows the *agents* of a cluster and what is free on them, and makes *offers* of it to *frameworks*, by
 * Dominant Resource Fairness. A framework's *scheduler* accepts an offer by launching *tasks* out of it; the agent hands them
 * to the framework's *executor*, a process of its own; *statuses* go the other way until they are acknowledged.
 *
 * Master, agent, executor and scheduler are actors that speak in sessions ({@link sessionClient}): none is the parent of
 * another, each outlives the other's absence. What they say is v1 of Mesos, field by field (`protocol/`).
 *
 * To run a framework: {@link schedulerDriver}. To be run by one: {@link executorDriver}. To be the cluster:
 * {@link masterBehavior}, {@link agentBehavior}.
 */
export { parseDuration } from './duration.ts'
export { MesosError } from './errors.ts'
export { masterUrl } from './master-url.ts'
export { parseZooKeeperUrl } from './zookeeper/index.ts'
export { ownUser } from './own-user.ts'
export type { MesosErrorCode } from './errors.ts'
export { TASK_STATES, hasCapability, isTerminal, rolesOf, sameBytes } from './protocol/index.ts'
export type {
  AcceptCall,
  AcknowledgeCall,
  AgentCall,
  AgentEvent,
  AgentId,
  AgentInfo,
  AskedOperation,
  Attribute,
  CommandInfo,
  CommandUri,
  ContainerId,
  DeclineCall,
  DiskInfo,
  EnvironmentVariable,
  ErrorEvent,
  ExecutorCall,
  ExecutorEvent,
  ExecutorId,
  ExecutorInfo,
  FailureEvent,
  Filters,
  FrameworkCapability,
  FrameworkId,
  FrameworkInfo,
  HeartbeatEvent,
  HeldExecutor,
  HeldFramework,
  HeldTask,
  KillCall,
  KillPolicy,
  Label,
  Labels,
  MasterInfo,
  MessageCall,
  MessageEvent,
  Offer,
  OfferId,
  OffersEvent,
  Operation,
  OperationId,
  OperationState,
  OperationStatus,
  ProcessEnvironment,
  Range,
  ReconcileCall,
  RescindEvent,
  ReservationInfo,
  ReservationType,
  Resource,
  ReviveCall,
  ScalarValue,
  SchedulerCall,
  SchedulerEvent,
  ShutdownCall,
  SubscribeCall,
  SubscribedEvent,
  SuppressCall,
  TaskId,
  TaskInfo,
  TaskState,
  TaskStatus,
  TaskStatusReason,
  TaskStatusSource,
  TeardownCall,
  UpdateEvent,
  UpdateOperationStatusEvent,
  Url,
} from './protocol/index.ts'
export type { ResourceOperation } from './operations/index.ts'
export {
  add,
  contains,
  formatResources,
  fromWire,
  parseAttributes,
  parseResources,
  scalarOf,
  subtract,
  take,
  toWire,
} from './resources/index.ts'
export type { Resources, Taken } from './resources/index.ts'
export { defaultMasterOptions, masterBehavior } from './master/index.ts'
export type {
  AgentConnected,
  AgentOperated,
  MasterMessage,
  MasterOptions,
  MasterSettings,
  MasterSnapshot,
  SchedulerConnected,
} from './master/index.ts'
export { agentBehavior, connectAgent } from './agent/index.ts'
export type {
  AgentMessage,
  AgentOptions,
  AgentSettings,
  AgentSnapshot,
  ExecutorConnected,
} from './agent/index.ts'
export { processContainer } from './containerizer/index.ts'
export type {
  Containerizer,
  ContainerMessage,
  ContainerNotice,
  ContainerSpec,
} from './containerizer/index.ts'
export {
  AGENT_LINE_VARIABLE,
  connectExecutor,
  connectMesosAgent,
  executorDriver,
  executorEnvironment,
} from './executor/index.ts'
export type {
  ExecutorDriverMessage,
  ExecutorDriverSettings,
  ExecutorEnvironment,
  HttpAgentOptions,
} from './executor/index.ts'
export { readTaskGroup, readTaskInfo } from './http/index.ts'
export type { ReadTask } from './http/index.ts'
export { connectMesos, connectScheduler, schedulerDriver, withFarewell } from './scheduler/index.ts'
export type {
  Farewell,
  HttpMasterOptions,
  SchedulerDriverEvent,
  SchedulerDriverMessage,
  SchedulerDriverSettings,
} from './scheduler/index.ts'
export {
  AGENT_PATH,
  MASTER_PATH,
  agentAt,
  claimWorkDirectory,
  cleanUpAgent,
  detectResources,
  isLastingRefusal,
  untilRefused,
  masterAt,
  startAgentNode,
  startExecutorNode,
  startElectedMaster,
  startMasterNode,
} from './nodes/index.ts'
export type {
  AgentNode,
  AgentNodeOptions,
  ExecutorNodeOptions,
  ExecutorParts,
  MasterNode,
  ElectedMaster,
  ElectedMasterOptions,
  MasterNodeOptions,
  ReconfigurationPolicy,
} from './nodes/index.ts'
export { SessionTable, sessionClient } from './session/index.ts'
export type {
  OpenSession,
  SessionClientMessage,
  SessionNotice,
  SessionPulse,
} from './session/index.ts'
export {
  basicHeader,
  isAllowed,
  parseAcls,
  parseCredentials,
  parseRateLimits,
} from './security/index.ts'
export type {
  Acl,
  Acls,
  Action,
  Credential,
  Credentials,
  Entity,
  RateLimit,
  RateLimits,
} from './security/index.ts'
