import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { MasterMessage, SchedulerConnected } from '../master/index.ts'
import {
  hasCapability,
  type FrameworkId,
  type FrameworkInfo,
  type SchedulerCall,
  type SchedulerEvent,
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

type Message = SchedulerDriverMessage | SessionNotice<SchedulerEvent>

interface State {
  readonly frameworkId: FrameworkId | undefined
  readonly isSubscribed: boolean
}

const FIRST_LEASE_MS = 10_000
/** Heartbeats of the master that may be missed. */
const MISSED_HEARTBEATS = 5

/**
 * The driver of a framework: subscribes, hands events to `handler`, adds `framework_id` to calls, acknowledges statuses,
 * and subscribes again with the same id when the session breaks. A call made while disconnected is dropped, as the
 * offers it may speak of are void; tasks in an ACCEPT so dropped end with a status. ERROR ends the driver.
 */
export function schedulerDriver(
  settings: SchedulerDriverSettings,
): Behavior<SchedulerDriverMessage> {
  const { handler, acknowledgements = 'implicit', framework_info } = settings
  const behavior = setup<Message>((ctx) => {
    const { clock } = ctx.environment
    const client = ctx.spawn(
      sessionClient<SchedulerCall, SchedulerEvent>(
        { open: settings.openMaster, leaseMs: FIRST_LEASE_MS },
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
          return { frameworkId: framework_id, isSubscribed: true }
        }
        case 'UPDATE':
          handler.tell(message)
          if (acknowledgements === 'implicit') acknowledge(state, message.update.status)
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

    const acknowledge = ({ frameworkId }: State, status: TaskStatus): void => {
      const { agent_id, task_id, uuid } = status
      if (frameworkId === undefined || agent_id === undefined || uuid === undefined) return
      const framework_id = frameworkId
      call({ type: 'ACKNOWLEDGE', framework_id, acknowledge: { agent_id, task_id, uuid } })
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

    const initial: State = { frameworkId: framework_info.id, isSubscribed: false }
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
          ctx.log.write('debug', 'no session with the master', { reason: message.reason })
          return state
        case 'stop':
          if (message.failover !== true && state.isSubscribed && state.frameworkId !== undefined) {
            call({ type: 'TEARDOWN', framework_id: state.frameworkId })
          }
          ctx.stop()
          return state
        default:
          if (!state.isSubscribed || state.frameworkId === undefined) drop(message)
          else call({ ...message, framework_id: state.frameworkId })
          return state
      }
    })
  })
  return behavior
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
