import { receive, setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import { isTroupeError } from '../../platform/index.ts'

/** How a client reaches its server, and how long it waits for it. */
export interface SessionClientOptions<Call, Event> {
  /**
   * Finds the server and opens a session with it: events of this connection go to `subscriber`, the ref it resolves to
   * takes calls. A rejection is tried again later.
   */
  readonly open: (subscriber: ActorRef<Event>) => Promise<ActorRef<Call>>
  /** Silence of the server after which the session is closed. Unbounded by default, until set by a message. */
  readonly leaseMs?: number
  /** Said every `everyMs` while the session is open. */
  readonly heartbeat?: { readonly call: Call; readonly everyMs: number }
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
  /** An attempt to open a session has failed; the next comes after `delayMs`. */
  | { readonly type: 'session-failed'; readonly reason: string; readonly delayMs: number }

type OwnMessage<Call, Event> =
  | { readonly type: 'open-due' }
  | { readonly type: 'opened'; readonly attempt: number; readonly session: ActorRef<Call> }
  | { readonly type: 'failed'; readonly attempt: number; readonly reason: string }
  | { readonly type: 'event'; readonly attempt: number; readonly event: Event }
  | { readonly type: 'session-gone'; readonly attempt: number }
  | { readonly type: 'lease-over' }
  | { readonly type: 'heartbeat-due' }

interface State<Call> {
  /** Counts connections; what belongs to an older one is ignored. */
  readonly attempt: number
  /** Failures since the last session. */
  readonly failures: number
  readonly session: ActorRef<Call> | undefined
  readonly leaseMs: number | undefined
}

/**
 * The client's end of a session: opens it, notices its end (the server's session actor or node is gone, or silent past the
 * lease), and opens the next, with growing waits. Each connection has a subscriber of its own, which ends with it, so that
 * the server sees the end too.
 */
export function sessionClient<Call, Event>(
  options: SessionClientOptions<Call, Event>,
  owner: ActorRef<SessionNotice<Event>>,
): Behavior<SessionClientMessage<Call>> {
  type Message = SessionClientMessage<Call> | OwnMessage<Call, Event>
  const { firstDelayMs = 100, longestDelayMs = 5000, heartbeat } = options

  const behavior = setup<Message>((ctx) => {
    let subscriber: ActorRef<Event> | undefined

    const open = (attempt: number): void => {
      const events = receive<Event>((event) => {
        ctx.self.tell({ type: 'event', attempt, event })
      })
      subscriber = ctx.spawn(events, `connection-${attempt}`)
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

    const renewLease = (state: State<Call>): State<Call> => {
      if (state.leaseMs !== undefined) {
        ctx.timers.startSingle('lease', { type: 'lease-over' }, state.leaseMs)
      }
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
      owner.tell({ type: 'session-failed', reason, delayMs })
      ctx.timers.startSingle('open', { type: 'open-due' }, delayMs)
      return { ...state, failures: state.failures + 1 }
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
          state.session?.tell(message.call)
          return state
        case 'set-lease':
          return renewLease({ ...state, leaseMs: message.leaseMs })
        case 'reopen':
          return close(state, message.reason)
        case 'open-due':
          open(state.attempt + 1)
          return { ...state, attempt: state.attempt + 1 }
        case 'opened':
          ctx.watch(message.session, { type: 'session-gone', attempt: message.attempt })
          if (heartbeat !== undefined) {
            ctx.timers.startPeriodic('heartbeat', { type: 'heartbeat-due' }, heartbeat.everyMs)
          }
          owner.tell({ type: 'session-opened' })
          return renewLease({ ...state, session: message.session, failures: 0 })
        case 'failed':
          return fail(state, message.reason)
        case 'event':
          owner.tell({ type: 'session-event', event: message.event })
          return renewLease(state)
        case 'session-gone':
          return close(state, 'the server has ended the session, or is gone')
        case 'lease-over':
          return close(state, `the server was silent for ${state.leaseMs ?? 0} ms`)
        case 'heartbeat-due':
          if (heartbeat !== undefined) state.session?.tell(heartbeat.call)
          return state
      }
    })
  })
  return behavior
}

function reasonOf(error: unknown): string {
  if (isTroupeError(error)) return `${error.code}: ${error.message}`
  return error instanceof Error ? error.message : String(error)
}
