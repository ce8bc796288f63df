import type { AgentEvent, ExecutorCall, HeldTask } from '../protocol/index.ts'
import { AgentChange, type AgentMoment } from './change.ts'
import { builtInRequest } from './built-in.ts'
import {
  builtInOver,
  containerEnded,
  destroyExecutor,
  endExecutor,
  registrationTimer,
} from './executor-end.ts'
import {
  containerStarted,
  executorUpdate,
  killTask,
  subscribedBy,
  subscribeExecutor,
} from './executors.ts'
import { registrationNote } from './explain.ts'
import { launchGroup, launchTask } from './launch.ts'
import {
  checkpoint,
  dropOperations,
  operationAcknowledged,
  sendOperation,
  sendOperations,
} from './operation-updates.ts'
import { findExecutors } from './recover.ts'
import { agentDirectory } from './sandbox.ts'
import { sayDuration } from '../duration.ts'
import {
  agentKey,
  type AgentEffect,
  type AgentOccurrence,
  type AgentState,
  type ExecutorEnding,
} from './state.ts'
import { acknowledged, dropStreams, latestState, resend, sendAll } from './updates.ts'

const agentLeaves: ExecutorEnding = {
  state: 'TASK_KILLED',
  reason: 'REASON_EXECUTOR_TERMINATED',
  message: 'The agent shuts down',
}
const frameworkLeaves: ExecutorEnding = {
  state: 'TASK_KILLED',
  reason: 'REASON_FRAMEWORK_REMOVED',
  message: 'The framework is over',
}
const shutdownAsked: ExecutorEnding = {
  state: 'TASK_KILLED',
  reason: 'REASON_EXECUTOR_TERMINATED',
  message: 'The framework has shut the executor down',
}
/** The agent: what an occurrence makes of the state, and what is to be done, in order. Pure. */
export function stepAgent(
  state: AgentState,
  occurrence: AgentOccurrence,
  moment: AgentMoment,
): readonly [AgentState, readonly AgentEffect[]] {
  const change = new AgentChange(state, moment)
  handle(change, occurrence)
  return [change.state, change.effects]
}

function handle(change: AgentChange, occurrence: AgentOccurrence): void {
  switch (occurrence.type) {
    case 'recovered':
      findExecutors(change)
      return
    case 'container-started':
      containerStarted(change, occurrence)
      return
    case 'master-opened':
      register(change)
      return
    case 'master-closed':
      change.state = { ...change.state, isRegistered: false }
      return
    case 'master-event':
      masterEvent(change, occurrence.event)
      return
    case 'executor-call':
      executorCall(change, occurrence.connection, occurrence.call)
      return
    case 'executor-disconnected':
      executorDisconnected(change, occurrence.connection)
      return
    case 'container-ended':
      containerEnded(change, occurrence)
      return
    case 'built-in-over':
      builtInOver(change, occurrence.containerId)
      return
    case 'registration-overdue': {
      const { executorRegistrationTimeoutMs } = change.state.options
      endSilent(change, occurrence.containerId, {
        state: 'TASK_FAILED',
        reason: 'REASON_EXECUTOR_REGISTRATION_TIMEOUT',
        message: `Executor did not register within ${sayDuration(executorRegistrationTimeoutMs)}`,
      })
      return
    }
    case 'reregistration-overdue': {
      const { executorReregistrationTimeoutMs } = change.state.options
      endSilent(change, occurrence.containerId, {
        state: 'TASK_FAILED',
        reason: 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT',
        message: `Executor did not reregister within ${sayDuration(executorReregistrationTimeoutMs)}`,
      })
      return
    }
    case 'built-in-request':
      builtInRequest(change, occurrence)
      return
    case 'grace-over': {
      const executor = change.executorOf(occurrence.containerId)
      if (executor !== undefined) destroyExecutor(change, executor)
      return
    }
    case 'operation-retry-due':
      sendOperation(change, occurrence.key)
      return
    case 'retry-due':
      resend(change)
      return
    case 'shutdown':
      for (const executor of change.state.executors.values()) {
        endExecutor(change, executor, agentLeaves)
      }
      change.callMaster({ type: 'UNREGISTER' })
      return
  }
}

/** Says who this agent is and what it holds; the master brings its own account in line. */
function register(change: AgentChange): void {
  const {
    options,
    agentId,
    incarnation,
    executors,
    frameworks,
    updates,
    checkpointed,
    operations,
  } = change.state
  const tasks = new Map<string, HeldTask>()
  // Executors of a framework that is over end without a word.
  const living = [...executors.values()].filter((one) => frameworks.has(one.frameworkId))
  // A task with a command of its own stands for its executor too.
  const known = living.filter(({ builtIn }) => builtIn !== 'command')
  for (const executor of living) {
    const framework_id = { value: executor.frameworkId }
    for (const [taskId, { info, state }] of executor.tasks) {
      tasks.set(agentKey(executor.frameworkId, taskId), { framework_id, task: info, state })
    }
  }
  for (const [key, stream] of updates) {
    const framework_id = { value: stream.frameworkId }
    tasks.set(key, { framework_id, task: stream.task, state: latestState(stream) })
  }
  change.state = { ...change.state, untoldEnds: [] }
  const { id: _, ...info } = options.info
  change.effects.push({
    type: 'call-master',
    call: {
      type: 'REGISTER',
      register: {
        agent_info: agentId === undefined ? info : { ...info, id: { value: agentId } },
        incarnation,
        epoch: change.state.epoch,
        tasks: [...tasks.values()],
        executors: known.map((executor) => ({
          framework_id: { value: executor.frameworkId },
          executor: executor.info,
        })),
        frameworks: [...frameworks].map(([value, framework_info]) => ({
          framework_id: { value },
          framework_info,
        })),
        ...(checkpointed.length > 0 && { checkpointed_resources: checkpointed }),
        ...(operations.size > 0 && {
          operations: [...operations.values()].map(({ attempts: _, ...held }) => held),
        }),
      },
    },
  })
}

function masterEvent(change: AgentChange, event: AgentEvent): void {
  if (event.epoch < change.state.epoch) {
    const { agentId, epoch } = change.state
    const why = `its epoch ${event.epoch} is older than ${epoch}`
    change.decided(registrationNote(agentId, `${event.type} of an older master is refused`, why))
    change.note('refused-older-epoch', { type: event.type, epoch: event.epoch })
    return
  }
  change.state = { ...change.state, epoch: event.epoch }
  const isAnswer = event.type === 'REGISTERED' || event.type === 'REFUSED'
  if (!isAnswer && !change.state.isRegistered) {
    // The answer was lost on the way. Whatever this is, the master looks at it again when it hears what is here.
    change.note('not-registered-yet', { type: event.type })
    return
  }
  switch (event.type) {
    case 'REGISTERED': {
      const { agent_id, lease_seconds } = event.registered
      const agentId = agent_id.value
      const { epoch } = event
      change.effects.push({ type: 'checkpoint', record: { type: 'agent', agentId, epoch } })
      const { untoldEnds } = change.state
      change.state = { ...change.state, agentId, isRegistered: true, untoldEnds: [] }
      change.effects.push({ type: 'set-master-lease', leaseMs: lease_seconds * 1000 })
      const chosen = `yes: the master of epoch ${event.epoch} knows it as agent ${agent_id.value}`
      change.decided(registrationNote(agent_id.value, chosen, 'it has answered the registration'))
      change.note('registered', { agent: agent_id.value, epoch: event.epoch })
      sendAll(change)
      for (const end of untoldEnds) change.executorOver(end)
      sendOperations(change)
      return
    }
    case 'REFUSED':
      refused(change, event.refused)
      return
    case 'CHECKPOINT_RESOURCES':
      checkpoint(change, event.checkpoint_resources)
      return
    case 'LAUNCH':
      launchTask(change, event)
      return
    case 'LAUNCH_GROUP':
      launchGroup(change, event)
      return
    case 'KILL':
      killTask(change, event)
      return
    case 'SHUTDOWN_EXECUTOR': {
      const { framework_id, executor_id } = event.shutdown_executor
      const executor = change.state.executors.get(agentKey(framework_id.value, executor_id.value))
      if (executor !== undefined) endExecutor(change, executor, shutdownAsked)
      return
    }
    case 'UPDATE_FRAMEWORK': {
      const { framework_id, framework_info } = event.update_framework
      const frameworkId = framework_id.value
      if (!change.state.frameworks.has(frameworkId)) return
      change.setFramework(frameworkId, framework_info)
      sendAll(change, frameworkId)
      return
    }
    case 'SHUTDOWN_FRAMEWORK':
      shutdownFramework(change, event.shutdown_framework.framework_id.value)
      return
    case 'ACKNOWLEDGE':
      acknowledged(change, event)
      return
    case 'ACKNOWLEDGE_OPERATION':
      operationAcknowledged(change, event)
      return
    case 'MESSAGE': {
      const { framework_id, executor_id, data } = event.message
      const executor = change.state.executors.get(agentKey(framework_id.value, executor_id.value))
      if (executor !== undefined)
        change.sendExecutor(executor, { type: 'MESSAGE', message: { data } })
      return
    }
  }
}

/** The master has given this agent up: its executors end, and it comes back as a new agent. */
function refused(
  change: AgentChange,
  { reason, message }: Extract<AgentEvent, { readonly type: 'REFUSED' }>['refused'],
): void {
  change.note('refused', { reason, message })
  const chosen = 'no: the master refuses it, and it registers anew'
  change.decided(registrationNote(change.state.agentId, chosen, message))
  if (reason === 'removed') {
    for (const frameworkId of change.state.frameworks.keys()) {
      shutdownFramework(change, frameworkId)
    }
    // By their names under this id: under the next one they would be others.
    for (const executor of change.state.executors.values()) change.collect(executor)
    change.effects.push({ type: 'collect', path: agentDirectory(change.state) })
    change.state = { ...change.state, agentId: undefined }
    change.effects.push({ type: 'checkpoint', record: { type: 'forget' } })
  }
  change.effects.push({ type: 'reopen-master', reason: message })
}

function shutdownFramework(change: AgentChange, frameworkId: string): void {
  dropStreams(change, frameworkId)
  dropOperations(change, frameworkId)
  change.removeFramework(frameworkId)
  for (const executor of change.state.executors.values()) {
    if (executor.frameworkId === frameworkId) endExecutor(change, executor, frameworkLeaves)
  }
}

function executorCall(change: AgentChange, connection: string, call: ExecutorCall): void {
  if (call.type === 'SUBSCRIBE') {
    subscribeExecutor(change, connection, call)
    return
  }
  const executor = subscribedBy(change, connection)
  if (executor === undefined) {
    const message = `Executor is not subscribed: ${call.type} needs a SUBSCRIBE before it`
    change.effects.push(
      { type: 'send-executor', connection, event: { type: 'ERROR', error: { message } } },
      { type: 'close-executor', connection },
    )
    return
  }
  switch (call.type) {
    case 'UPDATE':
      executorUpdate(change, connection, call)
      return
    case 'MESSAGE':
      change.callMaster({
        type: 'MESSAGE',
        message: {
          framework_id: { value: executor.frameworkId },
          executor_id: executor.info.executor_id,
          data: call.message.data,
        },
      })
      return
    case 'HEARTBEAT':
      return
  }
}

/** An executor whose time to subscribe is over. */
function endSilent(change: AgentChange, containerId: string, ending: ExecutorEnding): void {
  const executor = change.executorOf(containerId)
  if (executor !== undefined && executor.connection === undefined) {
    endExecutor(change, executor, ending)
  }
}

/** The connection is gone, the process may live: it has the time of a registration to come back. */
function executorDisconnected(change: AgentChange, connection: string): void {
  const executor = subscribedBy(change, connection)
  change.state = { ...change.state, peers: change.state.peers.without(connection) }
  if (executor === undefined) return
  change.setExecutor({ ...executor, connection: undefined })
  const { containerId } = executor
  change.startTimer(
    registrationTimer(containerId),
    change.state.options.executorRegistrationTimeoutMs,
    { type: 'registration-overdue', containerId },
  )
}
