import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { MasterMessage, SchedulerConnected } from '../master/index.ts'
import { PersistentMap } from '../persistent-map.ts'
import {
  schedulerEvent,
  hasCapability,
  isTerminal,
  type FrameworkId,
  type FrameworkInfo,
  type OperationStatus,
  type SchedulerCall,
  type SchedulerEvent,
  type TaskInfo,
  type TaskStatus,
} from '../protocol/index.ts'
import { sessionClient, type OpenSession, type SessionNotice } from '../session/index.ts'
import type { SchedulerDriverEvent, SchedulerDriverMessage } from './protocol.ts'

/** Settings of a framework's driver. */
export interface SchedulerDriverSettings {
  /** With `id` it subscribes as the framework that had it. */
  readonly framework_info: FrameworkInfo
  readonly suppressed_roles?: readonly string[]
  /** Finds the master and opens a session with it; see `connectScheduler`. */
  readonly openMaster: OpenSession<SchedulerCall, SchedulerEvent>
  /** Gets the events, in order; HEARTBEAT is the driver's own. */
  readonly handler: ActorRef<SchedulerDriverEvent>
  /**
   * `implicit` (the default): the driver acknowledges a status as soon as it has told the handler. `explicit`: the
   * handler sends ACKNOWLEDGE when it has dealt with it.
   */
  readonly acknowledgements?: 'implicit' | 'explicit'
}

type Message =
  SchedulerDriverMessage | SessionNotice<SchedulerEvent> | { readonly type: 'reconcile-due' }

interface State {
  readonly frameworkId: FrameworkId | undefined
  readonly isSubscribed: boolean
  /** Tasks launched, by id, of which no terminal status has come. */
  readonly live: PersistentMap<TaskInfo>
  /** Those of them of which nothing was heard since the master came back. */
  readonly unheard: PersistentMap<TaskInfo>
}

const FIRST_LEASE_MS = 10_000
/** How often the master is asked again after tasks of which it has said nothing. */
const RECONCILE_MS = 5000
/** Heartbeats of the master that may be missed. */
const MISSED_HEARTBEATS = 5

/**
 * The driver of a framework: subscribes, hands events to `handler`, adds `framework_id` to calls, acknowledges statuses,
 * and subscribes again with the same id when the session breaks; then it asks (RECONCILE) after every task that it has
 * launched, until there is an answer. A call made while disconnected is dropped, as the offers it may speak of are void;
 * tasks in an ACCEPT so dropped end with a status. ERROR ends the driver.
 */
export function schedulerDriver(
  settings: SchedulerDriverSettings,
): Behavior<SchedulerDriverMessage> {
  const { handler, acknowledgements = 'implicit', framework_info } = settings
  const behavior = setup<Message>((ctx) => {
    const { clock } = ctx.environment
    const client = ctx.spawn(
      sessionClient<SchedulerCall, SchedulerEvent>(
        { open: settings.openMaster, isEvent: schedulerEvent, leaseMs: FIRST_LEASE_MS },
        ctx.self,
      ),
      'master-session',
    )
    const call = (message: SchedulerCall): void => {
      client.tell({ type: 'call', call: message })
    }

    const subscribe = (frameworkId: FrameworkId | undefined): void => {
      call({
        type: 'SUBSCRIBE',
        ...(frameworkId !== undefined && { framework_id: frameworkId }),
        subscribe: {
          framework_info: {
            ...framework_info,
            ...(frameworkId !== undefined && { id: frameworkId }),
          },
          ...(settings.suppressed_roles !== undefined && {
            suppressed_roles: settings.suppressed_roles,
          }),
        },
      })
    }

    const event = (state: State, message: SchedulerEvent): State => {
      switch (message.type) {
        case 'HEARTBEAT':
          return state
        case 'SUBSCRIBED': {
          const { framework_id, heartbeat_interval_seconds = 15 } = message.subscribed
          const leaseMs = heartbeat_interval_seconds * 1000 * MISSED_HEARTBEATS
          client.tell({ type: 'set-lease', leaseMs })
          handler.tell(message)
          const next = { ...state, frameworkId: framework_id, isSubscribed: true }
          return reconcile({ ...next, unheard: state.live })
        }
        case 'UPDATE': {
          const { status } = message.update
          handler.tell(message)
          if (acknowledgements === 'implicit') acknowledge(state, status)
          const id = status.task_id.value
          return {
            ...state,
            live: isTerminal(status.state) ? state.live.without(id) : state.live,
            unheard: state.unheard.without(id),
          }
        }
        case 'UPDATE_OPERATION_STATUS':
          handler.tell(message)
          if (acknowledgements === 'implicit') {
            acknowledgeOperation(state, message.update_operation_status.status)
          }
          return state
        case 'ERROR':
          handler.tell(message)
          ctx.stop()
          return { ...state, isSubscribed: false }
        default:
          handler.tell(message)
          return state
      }
    }

    /** A launch, or its status, may have been lost with the session. */
    const reconcile = (state: State): State => {
      const { frameworkId, isSubscribed, unheard } = state
      if (frameworkId === undefined || !isSubscribed || unheard.size === 0) return state
      const tasks = [...unheard.values()].map(({ task_id, agent_id }) => ({ task_id, agent_id }))
      call({ type: 'RECONCILE', framework_id: frameworkId, reconcile: { tasks } })
      ctx.timers.startSingle('reconcile', { type: 'reconcile-due' }, RECONCILE_MS)
      return state
    }

    const acknowledge = ({ frameworkId }: State, status: TaskStatus): void => {
      const { agent_id, task_id, uuid } = status
      if (frameworkId === undefined || agent_id === undefined || uuid === undefined) return
      const framework_id = frameworkId
      call({ type: 'ACKNOWLEDGE', framework_id, acknowledge: { agent_id, task_id, uuid } })
    }

    const acknowledgeOperation = ({ frameworkId }: State, status: OperationStatus): void => {
      const { agent_id, operation_id, uuid } = status
      if (frameworkId === undefined || operation_id === undefined || uuid === undefined) return
      call({
        type: 'ACKNOWLEDGE_OPERATION_STATUS',
        framework_id: frameworkId,
        acknowledge_operation_status: {
          ...(agent_id !== undefined && { agent_id }),
          operation_id,
          uuid: uuid.value,
        },
      })
    }

    const drop = (message: SchedulerDriverMessage): void => {
      ctx.log.write('warn', 'call dropped: not subscribed', { type: message.type })
      if (message.type !== 'ACCEPT') return
      const isAware = hasCapability(framework_info, 'PARTITION_AWARE')
      for (const operation of message.accept.operations) {
        if (operation.type !== 'LAUNCH') continue
        for (const { task_id, agent_id } of operation.launch.task_infos) {
          const status: TaskStatus = {
            task_id,
            agent_id,
            state: isAware ? 'TASK_DROPPED' : 'TASK_LOST',
            source: 'SOURCE_MASTER',
            reason: 'REASON_INVALID_OFFERS',
            message: 'Not launched: the framework was disconnected from the master',
            timestamp: clock.wallNow() / 1000,
          }
          handler.tell({ type: 'UPDATE', update: { status } })
        }
      }
    }

    const initial: State = {
      frameworkId: framework_info.id,
      isSubscribed: false,
      live: PersistentMap.empty(),
      unheard: PersistentMap.empty(),
    }
    return stateful<State, Message>(initial, (state, message) => {
      switch (message.type) {
        case 'session-opened':
          subscribe(state.frameworkId)
          return state
        case 'session-event':
          return event(state, message.event)
        case 'session-closed':
          if (state.isSubscribed) handler.tell({ type: 'DISCONNECTED', reason: message.reason })
          return { ...state, isSubscribed: false }
        case 'session-failed':
          ctx.log.write(message.isFirst ? 'warn' : 'debug', 'no session with the master yet', {
            reason: message.reason,
          })
          return state
        case 'reconcile-due':
          return reconcile(state)
        case 'stop':
          if (message.failover !== true && state.isSubscribed && state.frameworkId !== undefined) {
            call({ type: 'TEARDOWN', framework_id: state.frameworkId })
          }
          ctx.stop()
          return state
        default:
          if (!state.isSubscribed || state.frameworkId === undefined) {
            drop(message)
            return state
          }
          call({ ...message, framework_id: state.frameworkId })
          return { ...state, live: withLaunches(state.live, message) }
      }
    })
  })
  return behavior
}

function withLaunches(
  live: PersistentMap<TaskInfo>,
  message: SchedulerDriverMessage,
): PersistentMap<TaskInfo> {
  if (message.type !== 'ACCEPT') return live
  return message.accept.operations
    .flatMap((operation) => (operation.type === 'LAUNCH' ? operation.launch.task_infos : []))
    .reduce((all, task) => all.with(task.task_id.value, task), live)
}

/** How a framework opens its sessions with a master that `locate` finds, afresh at each attempt. */
export function connectScheduler(
  locate: () => Promise<ActorRef<MasterMessage>>,
): OpenSession<SchedulerCall, SchedulerEvent> {
  return async (subscriber) => {
    const master = await locate()
    const connected = await master.ask<SchedulerConnected>((replyTo) => ({
      type: 'connect-scheduler',
      subscriber,
      replyTo,
    }))
    return connected.session
  }
}
