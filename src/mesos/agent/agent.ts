import { aRef, accepting, protocol, setup, stateful, type Behavior } from '../../actors/index.ts'
import { MesosError } from '../errors.ts'
import { Journal, type Held } from './checkpoint/index.ts'
import { Outbox } from './outbox.ts'
import type { AgentMessage } from './protocol.ts'
import { recoveredAgentState } from './recover.ts'
import { Rim, type RimNotice, type RimSettings } from './rim.ts'
import { sandboxOf } from './sandbox.ts'
import { snapshotOf } from './snapshot.ts'
import {
  defaultAgentOptions,
  initialAgentState,
  type AgentOccurrence,
  type AgentOptions,
  type AgentState,
} from './state.ts'
import { stepAgent } from './step.ts'
import { keepVolumes } from './volume-keeper.ts'
import { waitStatusOf } from './wait-status.ts'

/** Settings of an agent, and how it reaches the master and runs containers. */
export interface AgentSettings extends RimSettings {
  readonly agent: Pick<AgentOptions, 'info' | 'workDir' | 'endpoint'> & Partial<AgentOptions>
  /** Whether it writes down, below its work directory, what an agent after it must know. Default false. */
  readonly isCheckpointing?: boolean
}

type OwnMessage =
  /** Its journal is read: what it is to go on with, if anything. */
  | { readonly type: 'journal-read'; readonly held: Held | undefined; readonly error: unknown }
  /** What was written last is durable, or could not be written. */
  | { readonly type: 'journal-flushed'; readonly isGate: boolean; readonly error: unknown }
  | { readonly type: 'journal-closed' }

type Message = AgentMessage | RimNotice | OwnMessage

/**
 * The agent: the actor around `stepAgent`, with its session with the master, a session per executor and a container per
 * executor as children. One that is checkpointing goes on where the one before it in the same work directory was ended;
 * of any other, an incarnation that fails takes its executors with it, and the next one registers as a new agent.
 * When it can't write, it fails (TROUPE_MESOS_CHECKPOINT_FAILED) before anybody hears of what is not written: the next incarnation, or the
 * next process, goes on from what is, so no status is lost.
 */
export function agentBehavior(settings: AgentSettings): Behavior<AgentMessage> {
  const behavior = setup<Message>((ctx) => {
    const { clock, random, disk } = ctx.environment
    const options: AgentOptions = { ...defaultAgentOptions, ...settings.agent }
    const journal =
      settings.isCheckpointing === true
        ? new Journal(disk, options.workDir, options.info, options.linePort)
        : undefined
    const rim = new Rim(ctx, options.workDir, settings)
    const outbox = new Outbox(
      journal,
      (effect) => {
        rim.run(effect)
      },
      (durable, isGate) => {
        ctx.pipeToSelf(durable, (_nothing, error) => ({ type: 'journal-flushed', isGate, error }))
      },
      (work) =>
        keepVolumes(ctx.environment.disk, work).catch((error: unknown) => {
          const path = work.created[0] ?? work.removed[0] ?? work.links[0]?.path ?? ''
          ctx.log.write('error', 'a volume could not be made, linked or removed', {
            path,
            error: String(error),
          })
        }),
    )
    let isLeaving = false
    let launchErrors = 0
    let statusUpdates = 0

    /** It has left its cluster: nobody is to go on where it was. */
    const leave = (): void => {
      if (journal === undefined) {
        ctx.stop()
        return
      }
      journal.add({ type: 'forget' })
      ctx.pipeToSelf(journal.flushed(), () => ({ type: 'journal-closed' }))
    }

    const step = (state: AgentState, occurrence: AgentOccurrence): AgentState => {
      const [next, effects] = stepAgent(state, occurrence, {
        nowMs: clock.now(),
        unixMs: clock.wallNow(),
      })
      outbox.put(effects)
      if (isLeaving && next.executors.size === 0) leave()
      return next
    }

    const handle = (state: AgentState, message: Message): AgentState => {
      switch (message.type) {
        case 'connect-executor': {
          const session = rim.openExecutor(message.subscriber)
          message.replyTo.tell({ type: 'executor-connected', session })
          return state
        }
        case 'get-state':
          message.replyTo.tell(snapshotOf(state))
          return state
        case 'show-state':
          message.replyTo.tell({
            type: 'shown',
            state,
            figures: { launchErrors, statusUpdates, ...rim.accounts() },
          })
          return state
        case 'get-usage':
          rim.usage(message.replyTo)
          return state
        case 'session-opened':
          return step(state, { type: 'master-opened' })
        case 'session-event':
          return step(state, { type: 'master-event', event: message.event })
        case 'session-closed':
          ctx.log.write('warn', 'session with the master closed', { reason: message.reason })
          return step(state, { type: 'master-closed' })
        case 'session-failed':
          ctx.log.write(message.isFirst ? 'warn' : 'debug', 'no session with the master yet', {
            reason: message.reason,
          })
          return state
        case 'container-started': {
          const { containerId, pid, mark = '' } = message
          return step(state, { type: 'container-started', containerId, pid, mark })
        }
        case 'container-failed': {
          const { containerId, reason, hasNoSandbox } = message
          // Of one that has ended it was told already.
          if (rim.forgetContainer(containerId)) launchErrors++
          return step(state, {
            type: 'container-ended',
            containerId,
            status: 1,
            failure: reason,
            ...(hasNoSandbox === true && { hasNoSandbox }),
          })
        }
        case 'container-exited': {
          const { containerId, exit, limitation } = message
          rim.forgetContainer(containerId)
          const status = exit === undefined ? -1 : waitStatusOf(exit)
          return step(state, {
            type: 'container-ended',
            containerId,
            status,
            ...(exit !== undefined && { exit }),
            ...(limitation !== undefined && { limitation }),
          })
        }
        case 'built-in-over':
          rim.forgetBuiltIn(message.containerId)
          return step(state, message)
        case 'executor-disconnected':
          rim.forgetExecutor(message.connection)
          return step(state, message)
        case 'shutdown':
          isLeaving = true
          return step(state, message)
        case 'journal-flushed':
          if (message.error !== undefined) throw unwritable(options.workDir, message.error)
          if (message.isGate) outbox.opened()
          return state
        case 'journal-closed':
          ctx.stop()
          return state
        case 'journal-read':
          return state
        case 'executor-call':
          if (message.call.type === 'UPDATE') statusUpdates++
          return step(state, message)
        default:
          return step(state, message)
      }
    }

    const incarnation = random.id()
    const initial = initialAgentState(incarnation, options)
    if (journal === undefined) {
      rim.openMaster(initial.agentId, [])
      return stateful<AgentState, Message>(initial, handle)
    }
    // Until it knows what it is to go on with, all that comes waits.
    const early: Message[] = []
    let isReady = false
    ctx.pipeToSelf(journal.recover(), (held, error) => ({ type: 'journal-read', held, error }))
    const receive = (state: AgentState, message: Message): AgentState => {
      if (isReady) return handle(state, message)
      if (message.type !== 'journal-read') {
        early.push(message)
        return state
      }
      const { error } = message
      if (error !== undefined) {
        throw error instanceof Error ? error : unwritable(options.workDir, error)
      }
      isReady = true
      const { held } = message
      const known =
        held === undefined
          ? state
          : step(recoveredAgentState(incarnation, options, held), { type: 'recovered' })
      rim.openMaster(known.agentId, sandboxesOf(known))
      return early.reduce(handle, known)
    }
    return stateful<AgentState, Message>(initial, receive, async (state, signal) => {
      if (signal.type !== 'Terminated') await journal.close()
      return state
    })
  })
  return accepting(requests, behavior)
}

/** The sandboxes that are in use. */
function sandboxesOf(state: AgentState): readonly string[] {
  return [...state.executors.values()].map(({ frameworkId, info, containerId }) =>
    sandboxOf(state, frameworkId, info.executor_id.value, containerId),
  )
}

function unwritable(workDir: string, cause: unknown): MesosError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new MesosError(
    'TROUPE_MESOS_CHECKPOINT_FAILED',
    `The agent can't write down what it must not forget: ${why}. It starts anew from what it has written, so that no status is lost: make room in ${workDir}`,
    { cause, data: { workDir } },
  )
}

/** What anybody may tell it; the rest of its messages are its own. */
const requests = protocol<Exclude<AgentMessage, { readonly type: 'get-usage' | 'show-state' }>>({
  'connect-executor': { subscriber: aRef, replyTo: aRef },
  'get-state': { replyTo: aRef },
  shutdown: {},
})
