import {
  aCount,
  aFlag,
  aRef,
  aText,
  listOf,
  maybe,
  oneOf,
  protocol,
  record,
  type Shape,
} from '../../../actors/index.ts'
import type {
  ApplicationCall,
  ApplicationEvent,
  ClientRequest,
  WorkerCall,
  WorkerEvent,
} from './messages.ts'
import { EXECUTOR_STATES, REPORTED_DRIVER_STATES } from './states.ts'

/** What becomes a name of a folder. */
const anId: Shape = (value) =>
  typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(value)

const texts: Shape = (value) =>
  record({})(value) && Object.values(value as object).every((one) => typeof one === 'string')

const worker = record({
  workerId: anId,
  host: aText,
  port: aCount,
  cores: aCount,
  memoryMb: aCount,
})

const heldExecutor = record({
  applicationId: anId,
  executorId: aCount,
  cores: aCount,
  memoryMb: aCount,
  profileId: maybe(aCount),
  isRunning: aFlag,
})

const executorTemplate = record({
  driver: aText,
  token: aText,
  secret: maybe(aText),
  networkTimeoutMs: aCount,
  storage: record({}),
  resourceProfileId: maybe(aCount),
})

const application = record({
  name: aText,
  user: aText,
  maxCores: maybe(aCount),
  coresPerExecutor: maybe(aCount),
  memoryPerExecutorMb: aCount,
})

const profileRequest = record({
  profileId: aCount,
  total: aCount,
  coresPerExecutor: maybe(aCount),
  memoryPerExecutorMb: aCount,
  executor: executorTemplate,
})

const driver = record({
  program: aText,
  args: listOf(aText),
  conf: texts,
  memoryMb: aCount,
  cores: aCount,
  isSupervised: aFlag,
})

const executorState = oneOf(EXECUTOR_STATES)

export const isWorkerCall: Shape = protocol<WorkerCall>({
  'register-worker': { worker, executors: listOf(heldExecutor), drivers: listOf(anId) },
  heartbeat: {},
  'executor-changed': {
    applicationId: anId,
    executorId: aCount,
    state: executorState,
    message: maybe(aText),
    exitStatus: maybe(aCount),
  },
  'driver-changed': { driverId: anId, state: oneOf(REPORTED_DRIVER_STATES), message: maybe(aText) },
})

export const isWorkerEvent: Shape = protocol<WorkerEvent>({
  'worker-registered': { heartbeatMs: aCount, leaseMs: aCount },
  'launch-executor': {
    applicationId: anId,
    executorId: aCount,
    cores: aCount,
    memoryMb: aCount,
    executor: executorTemplate,
  },
  'kill-executor': { applicationId: anId, executorId: aCount, reason: aText },
  'launch-driver': { driverId: anId, driver },
  'kill-driver': { driverId: anId },
  'masters-changed': { masters: listOf(aText) },
})

export const isApplicationCall: Shape = protocol<ApplicationCall>({
  'register-application': {
    applicationId: anId,
    application,
    executor: executorTemplate,
    nextExecutorId: aCount,
    executors: listOf(aCount),
    executorLimit: maybe(aCount),
    profiles: maybe(listOf(profileRequest)),
  },
  'unregister-application': {},
  'request-executors': { total: aCount },
  'request-profile': { request: profileRequest },
  'kill-executors': { executorIds: listOf(aCount) },
})

export const isApplicationEvent: Shape = protocol<ApplicationEvent>({
  'application-registered': { leaseMs: aCount },
  'application-removed': { state: aText, message: aText },
  'executor-added': {
    executorId: aCount,
    workerId: aText,
    host: aText,
    cores: aCount,
    memoryMb: aCount,
  },
  'executor-updated': {
    executorId: aCount,
    state: executorState,
    message: aText,
    exitStatus: maybe(aCount),
  },
  'masters-changed': { masters: listOf(aText) },
})

export const isClientRequest: Shape = protocol<ClientRequest>({
  'submit-driver': { driver, replyTo: aRef },
  'kill-driver': { driverId: aText, replyTo: aRef },
  'driver-status': { driverId: aText, replyTo: aRef },
})
