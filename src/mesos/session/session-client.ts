import {
  accepting,
  eitherOf,
  receive,
  setup,
  stateful,
  type ActorRef,
  type AnyRef,
  type Behavior,
  type Shape,
} from '../../actors/index.ts'
import { isTroupeError } from '../../platform/index.ts'
import { Lease } from './lease.ts'
import { isPulse, pulse, PULSE_MS, type SessionPulse } from './pulse.ts'

/** Finds a server and opens a session with it: events go to `subscriber`, the ref it resolves to takes calls. */
export type OpenSession<Call, Event> = (
  subscriber: ActorRef<Event | SessionPulse>,
) => Promise<ActorRef<Call | SessionPulse>>

/** How a client reaches its server, and how long it waits for it. */
export interface SessionClientOptions<Call, Event> {
  /** Called for each attempt; a rejection is tried again later. */
  readonly open: OpenSession<Call, Event>
  /** What an event looks like; what a server sends besides is refused. */
  readonly isEvent: Shape
  /** Silence of the server after which the session is closed. Unbounded by default, until set by a message. */
  readonly leaseMs?: number
  /** How often a pulse is sent. Default 1,000. */
  readonly pulseMs?: number
  /** Wait before the second attempt, doubled each time up to the longest. Defaults 100 and 5,000. */
  readonly firstDelayMs?: number
  readonly longestDelayMs?: number
}

/** What the owner tells the client. */
export type SessionClientMessage<Call> =
  /** Sent in the open session; without one it is dropped: the owner says it again when the next one opens. */
  | { readonly type: 'call'; readonly call: Call }
  | { readonly type: 'set-lease'; readonly leaseMs: number }
  /** Closes the session and opens another, after the first delay. */
  | { readonly type: 'reopen'; readonly reason: string }

/** What the client tells its owner. Events of a session come between its `opened` and its `closed`. */
export type SessionNotice<Event> =
  | { readonly type: 'session-opened' }
  | { readonly type: 'session-event'; readonly event: Event }
  /** The session is over; another is being opened. */
  | { readonly type: 'session-closed'; readonly reason: string }
  /** An attempt to open a session has failed, the first since the last session or not; the next comes after `delayMs`. */
  | {
      readonly type: 'session-failed'
      readonly reason: string
      readonly delayMs: number
      readonly isFirst: boolean
    }

type OwnMessage<Call, Event> =
  | { readonly type: 'open-due' }
  | {
      readonly type: 'opened'
      readonly attempt: number
      readonly session: ActorRef<Call | SessionPulse>
    }
  | { readonly type: 'failed'; readonly attempt: number; readonly reason: string }
  | { readonly type: 'event'; readonly attempt: number; readonly event: Event | SessionPulse }
  | { readonly type: 'session-gone'; readonly attempt: number }
  | { readonly type: 'lease-over' }
  | { readonly type: 'pulse-due' }

/** What the client tells the subscriber of a connection. */
interface Watch {
  readonly type: 'watch-session'
  readonly session: AnyRef
}

interface State<Call> {
  /** Counts connections; what belongs to an older one is ignored. */
  readonly attempt: number
  /** Failures since the last session. */
  readonly failures: number
  readonly session: ActorRef<Call | SessionPulse> | undefined
  readonly leaseMs: number | undefined
}

/**
 * The client's end of a session: opens it, notices its end (the server's session actor or node is gone, silent past the
 * lease, or messages were lost on the way), and opens the next, with growing waits. Each connection has a subscriber of
 * its own, which ends with it, so that the server sees the end too.
 */
export function sessionClient<Call, Event>(
  options: SessionClientOptions<Call, Event>,
  owner: ActorRef<SessionNotice<Event>>,
): Behavior<SessionClientMessage<Call>> {
  type Message = SessionClientMessage<Call> | OwnMessage<Call, Event>
  const { firstDelayMs = 100, longestDelayMs = 5000, pulseMs = PULSE_MS } = options

  const isFromServer = eitherOf(pulse, options.isEvent)

  return setup<Message>((ctx) => {
    let subscriber: ActorRef<Event | SessionPulse | Watch> | undefined
    // Messages of this session, pulses not counted; in place, as every message of every task goes through here.
    let sent = 0
    let received = 0

    const open = (attempt: number): void => {
      // It watches the session too, so that the session's end comes behind its last event.
      const events = receive<Event | SessionPulse | Watch>(
        (event, own) => {
          if (isWatch(event)) own.watch(event.session)
          else ctx.self.tell({ type: 'event', attempt, event })
        },
        (signal) => {
          if (signal.type === 'Terminated') ctx.self.tell({ type: 'session-gone', attempt })
        },
      )
      subscriber = ctx.spawn(accepting(isFromServer, events), `connection-${attempt}`)
      ctx.pipeToSelf(options.open(subscriber), (session, error) =>
        session === undefined
          ? { type: 'failed', attempt, reason: reasonOf(error) }
          : { type: 'opened', attempt, session },
      )
    }

    const leave = (): void => {
      if (subscriber !== undefined) void ctx.stop(subscriber)
      subscriber = undefined
      ctx.timers.cancelAll()
    }

    const lease = new Lease<Message>(ctx.timers, ctx.environment.clock, { type: 'lease-over' })
    const beginLease = (state: State<Call>): State<Call> => {
      if (state.leaseMs !== undefined) lease.begin(state.leaseMs)
      return state
    }

    const close = (state: State<Call>, reason: string): State<Call> => {
      if (state.session === undefined) return state
      leave()
      owner.tell({ type: 'session-closed', reason })
      ctx.timers.startSingle('open', { type: 'open-due' }, firstDelayMs)
      return { ...state, session: undefined, failures: 0 }
    }

    const fail = (state: State<Call>, reason: string): State<Call> => {
      leave()
      const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(state.failures, 30))
      owner.tell({ type: 'session-failed', reason, delayMs, isFirst: state.failures === 0 })
      ctx.timers.startSingle('open', { type: 'open-due' }, delayMs)
      return { ...state, failures: state.failures + 1 }
    }

    const event = (state: State<Call>, message: Event | SessionPulse): State<Call> => {
      lease.heard()
      if (!isPulse(message)) {
        owner.tell({ type: 'session-event', event: message })
        received++
        return state
      }
      const isWhole = message.sent === received
      return isWhole ? state : close(state, 'messages of the server were lost on the way')
    }

    open(1)
    const initial: State<Call> = {
      attempt: 1,
      failures: 0,
      session: undefined,
      leaseMs: options.leaseMs,
    }
    return stateful<State<Call>, Message>(initial, (state, message) => {
      if ('attempt' in message && message.attempt !== state.attempt) return state
      switch (message.type) {
        case 'call':
          if (state.session === undefined) return state
          state.session.tell(message.call)
          sent++
          return state
        case 'set-lease':
          return beginLease({ ...state, leaseMs: message.leaseMs })
        case 'reopen':
          return close(state, message.reason)
        case 'open-due':
          open(state.attempt + 1)
          sent = 0
          received = 0
          return { ...state, attempt: state.attempt + 1 }
        case 'opened':
          subscriber?.tell({ type: 'watch-session', session: message.session })
          ctx.timers.startPeriodic('pulse', { type: 'pulse-due' }, pulseMs)
          owner.tell({ type: 'session-opened' })
          return beginLease({ ...state, session: message.session, failures: 0 })
        case 'failed':
          return fail(state, message.reason)
        case 'event':
          return state.session === undefined ? state : event(state, message.event)
        case 'session-gone':
          return close(state, 'the server has ended the session, or is gone')
        case 'lease-over':
          return lease.isOver()
            ? close(state, `the server was silent for ${state.leaseMs ?? 0} ms`)
            : state
        case 'pulse-due':
          state.session?.tell({ type: 'session-pulse', sent })
          return state
      }
    })
  })
}

function isWatch(message: unknown): message is Watch {
  return (message as { readonly type?: unknown } | undefined)?.type === 'watch-session'
}

function reasonOf(error: unknown): string {
  if (isTroupeError(error)) return `${error.code}: ${error.message}`
  return error instanceof Error ? error.message : String(error)
}
