import {
  accepting,
  eitherOf,
  setup,
  stateful,
  type ActorRef,
  type Behavior,
  type Shape,
} from '../../actors/index.ts'
import { Lease } from './lease.ts'
import { isPulse, pulse, PULSE_MS, type SessionPulse } from './pulse.ts'

/** How a server holds its end of one connection. */
export interface SessionServerOptions<Call, Event> {
  /** Gets the events; its end ends the session. */
  readonly subscriber: ActorRef<Event | SessionPulse>
  /** Gets the calls, in order. */
  readonly onCall: (call: Call) => void
  /** What a call looks like; what a client sends besides is refused. */
  readonly isCall: Shape
  /** Silence of the client after which the session ends. */
  readonly leaseMs: number
  /** How often a pulse is sent. Default 1,000. */
  readonly pulseMs?: number
  /** An event that is sent by itself, from the first event of type `after` on. */
  readonly heartbeat?: { readonly event: Event; readonly everyMs: number; readonly after: string }
}

/** What the owner of a session tells it, besides the client's calls. */
export type SessionServerMessage<Call, Event> =
  | Call
  | SessionPulse
  | { readonly type: 'deliver'; readonly event: Event }
  /** Ends the session behind what was delivered. */
  | { readonly type: 'close' }

type OwnMessage =
  | { readonly type: 'subscriber-gone' }
  | { readonly type: 'lease-over' }
  | { readonly type: 'pulse-due' }
  | { readonly type: 'heartbeat-due' }

interface Counts {
  readonly sent: number
  readonly received: number
}

/**
 * The server's end of a session: an actor per connection that passes calls up and events down. It ends with the client's
 * subscriber or node, when the client is silent past the lease (a stopped process whose socket stays open is only noticed
 * so), and when messages were lost on the way. Its owner watches it.
 */
export function sessionServer<
  Call extends { readonly type: string },
  Event extends { readonly type: string },
>(options: SessionServerOptions<Call, Event>): Behavior<SessionServerMessage<Call, Event>> {
  const { subscriber, onCall, leaseMs, pulseMs = PULSE_MS, heartbeat } = options
  type Message = SessionServerMessage<Call, Event> | OwnMessage

  const behavior = setup<Message>((ctx) => {
    const lease = new Lease<Message>(ctx.timers, ctx.environment.clock, { type: 'lease-over' })
    const send = (counts: Counts, event: Event): Counts => {
      subscriber.tell(event)
      return { ...counts, sent: counts.sent + 1 }
    }
    const end = (counts: Counts, reason: string): Counts => {
      ctx.log.write('debug', 'session ends', { session: ctx.name, reason })
      ctx.stop()
      return counts
    }
    ctx.watch(subscriber, { type: 'subscriber-gone' })
    ctx.timers.startPeriodic('pulse', { type: 'pulse-due' }, pulseMs)
    lease.begin(leaseMs)
    return stateful<Counts, Message>({ sent: 0, received: 0 }, (counts, message) => {
      if (isDelivery<Event>(message)) {
        if (message.event.type === heartbeat?.after) {
          ctx.timers.startPeriodic('heartbeat', { type: 'heartbeat-due' }, heartbeat.everyMs)
        }
        return send(counts, message.event)
      }
      if (isPulse(message)) {
        lease.heard()
        const isWhole = message.sent === counts.received
        return isWhole ? counts : end(counts, 'messages of the client were lost on the way')
      }
      switch (message.type) {
        case 'close':
          return end(counts, 'closed')
        case 'subscriber-gone':
          return end(counts, 'the client is gone')
        case 'lease-over':
          return lease.isOver() ? end(counts, `the client was silent for ${leaseMs} ms`) : counts
        case 'pulse-due':
          subscriber.tell({ type: 'session-pulse', sent: counts.sent })
          return counts
        case 'heartbeat-due':
          return heartbeat === undefined ? counts : send(counts, heartbeat.event)
        default:
          lease.heard()
          onCall(message as Call)
          return { ...counts, received: counts.received + 1 }
      }
    })
  })
  // What its owner and itself tell it nobody else may.
  return accepting(eitherOf(pulse, options.isCall), behavior)
}

function isDelivery<Event>(
  message: unknown,
): message is { readonly type: 'deliver'; readonly event: Event } {
  return (message as { readonly type?: unknown } | undefined)?.type === 'deliver'
}
