import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { AgentMessage, ExecutorConnected } from '../agent/index.ts'
import {
  asUuid,
  executorEvent,
  sameBytes,
  type ExecutorCall,
  type ExecutorEvent,
  type TaskInfo,
  type TaskStatus,
} from '../protocol/index.ts'
import { sessionClient, type OpenSession, type SessionNotice } from '../session/index.ts'
import type { ExecutorDriverMessage, ExecutorIds } from './protocol.ts'

/** Settings of an executor's driver. */
export interface ExecutorDriverSettings {
  readonly ids: ExecutorIds
  /** The container it runs in: an agent that has started another in its place sends it away. */
  readonly containerId?: string
  /** Finds the agent and opens a session with it; see `connectExecutor`. */
  readonly openAgent: OpenSession<ExecutorCall, ExecutorEvent>
  /** Gets the events, in order; each LAUNCH once; HEARTBEAT and ACKNOWLEDGED are the driver's own. */
  readonly handler: ActorRef<ExecutorEvent>
  /** How long to wait for an agent that is gone before the handler is told to SHUTDOWN. At least, and by default, 5,000. */
  readonly recoveryTimeoutMs?: number
  /** Silence of the agent after which the session is closed, and another opened. Default 30,000. */
  readonly leaseMs?: number
  /** How long the first session may take to open. Default 30,000. */
  readonly firstSessionTimeoutMs?: number
}

type Message =
  ExecutorDriverMessage | SessionNotice<ExecutorEvent> | { readonly type: 'agent-lost' }

/** A status, with its place among all. */
interface Unacknowledged {
  readonly number: number
  readonly uuid: Uint8Array
  readonly status: TaskStatus
}

interface State {
  readonly isOver: boolean
}

const AGENT_LEASE_MS = 30_000
/** An agent that has come back does not wait for long. */
const LONGEST_DELAY_MS = 2000
/** A connection may break while the agent is well. */
const RECONNECT_MS = 5000

/**
 * The driver of an executor: subscribes to its agent and hands events to `handler`, adds what calls need, and says again after a
 * broken session what the agent has not acknowledged. When no agent comes back in time the handler gets SHUTDOWN,
 * as from an agent; what it does then is its own: usually it ends the process.
 */
export function executorDriver(settings: ExecutorDriverSettings): Behavior<ExecutorDriverMessage> {
  const { ids, containerId, handler } = settings
  const { recoveryTimeoutMs = 0, firstSessionTimeoutMs = 30_000 } = settings
  const behavior = setup<Message>((ctx) => {
    const { clock, random } = ctx.environment
    /** Statuses that the agent has not acknowledged, by the ids of their tasks; oldest first. */
    const updates = new Map<string, Unacknowledged[]>()
    let updated = 0
    /** Tasks of whose statuses the agent has acknowledged none yet, by their id. */
    const tasks = new Map<string, TaskInfo>()
    const client = ctx.spawn(
      sessionClient<ExecutorCall, ExecutorEvent>(
        {
          open: settings.openAgent,
          isEvent: executorEvent,
          leaseMs: settings.leaseMs ?? AGENT_LEASE_MS,
          longestDelayMs: LONGEST_DELAY_MS,
        },
        ctx.self,
      ),
      'agent-session',
    )
    ctx.timers.startSingle('lost', { type: 'agent-lost' }, firstSessionTimeoutMs)

    const call = (message: ExecutorCall): void => {
      client.tell({ type: 'call', call: message })
    }

    const lost = (state: State): State => {
      if (!state.isOver) handler.tell({ type: 'SHUTDOWN' })
      return { ...state, isOver: true }
    }

    const event = (state: State, message: ExecutorEvent): State => {
      switch (message.type) {
        case 'LAUNCH': {
          const { task } = message.launch
          const id = task.task_id.value
          // Sent again after a broken session: the agent does so until it has a status of the task.
          if (tasks.has(id)) return state
          handler.tell(message)
          tasks.set(id, task)
          return state
        }
        case 'LAUNCH_GROUP': {
          const { tasks: group } = message.launch_group.task_group
          if (group.some(({ task_id }) => tasks.has(task_id.value))) return state
          handler.tell(message)
          for (const task of group) tasks.set(task.task_id.value, task)
          return state
        }
        case 'ACKNOWLEDGED': {
          const { uuid, task_id } = message.acknowledged
          const id = task_id.value
          tasks.delete(id)
          const left = updates.get(id)?.filter(({ uuid: other }) => !sameBytes(other, uuid)) ?? []
          if (left.length === 0) updates.delete(id)
          else updates.set(id, left)
          return state
        }
        case 'SHUTDOWN':
          return lost(state)
        case 'HEARTBEAT':
          return state
        default:
          handler.tell(message)
          return state
      }
    }

    const initial: State = { isOver: false }
    return stateful<State, Message>(initial, (state, message) => {
      switch (message.type) {
        case 'UPDATE': {
          const uuid = asUuid(random.bytes(16))
          const status: TaskStatus = {
            timestamp: clock.wallNow() / 1000,
            ...message.update.status,
            executor_id: ids.executor_id,
            source: 'SOURCE_EXECUTOR',
            uuid,
          }
          call({ type: 'UPDATE', update: { status }, ...ids })
          const id = status.task_id.value
          const one = { uuid, status, number: ++updated }
          const before = updates.get(id)
          if (before === undefined) updates.set(id, [one])
          else before.push(one)
          return state
        }
        case 'MESSAGE':
          call({ ...ids, type: 'MESSAGE', message: message.message })
          return state
        case 'session-opened':
          ctx.timers.cancel('lost')
          call({
            ...ids,
            type: 'SUBSCRIBE',
            subscribe: {
              unacknowledged_tasks: [...tasks.values()],
              unacknowledged_updates: [...updates.values()]
                .flat()
                .sort((a, b) => a.number - b.number)
                .map(({ status }) => ({ status })),
              ...(containerId !== undefined && { container_id: { value: containerId } }),
            },
          })
          return state
        case 'session-event':
          return event(state, message.event)
        case 'session-closed':
          ctx.log.write('warn', 'session with the agent closed', { reason: message.reason })
          ctx.timers.startSingle(
            'lost',
            { type: 'agent-lost' },
            Math.max(recoveryTimeoutMs, RECONNECT_MS),
          )
          return state
        case 'session-failed':
          ctx.log.write('debug', 'no session with the agent', { reason: message.reason })
          return state
        case 'agent-lost':
          return lost(state)
      }
    })
  })
  return behavior
}

/** How an executor opens its sessions with an agent that `locate` finds, afresh at each attempt. */
export function connectExecutor(
  locate: () => Promise<ActorRef<AgentMessage>>,
): OpenSession<ExecutorCall, ExecutorEvent> {
  return async (subscriber) => {
    const agent = await locate()
    const connected = await agent.ask<ExecutorConnected>((replyTo) => ({
      type: 'connect-executor',
      subscriber,
      replyTo,
    }))
    return connected.session
  }
}
