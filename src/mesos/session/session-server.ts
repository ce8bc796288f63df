import {
  accepting,
  eitherOf,
  receive,
  setup,
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
    // Of this incarnation, which is the session: counted in place, as every message of every task goes through here.
    let sent = 0
    let received = 0
    const send = (event: Event): void => {
      subscriber.tell(event)
      sent++
    }
    const end = (reason: string): void => {
      ctx.log.write('debug', 'session ends', { session: ctx.name, reason })
      ctx.stop()
    }
    ctx.watch(subscriber, { type: 'subscriber-gone' })
    ctx.timers.startPeriodic('pulse', { type: 'pulse-due' }, pulseMs)
    lease.begin(leaseMs)
    return receive<Message>((message) => {
      if (isDelivery<Event>(message)) {
        if (message.event.type === heartbeat?.after) {
          ctx.timers.startPeriodic('heartbeat', { type: 'heartbeat-due' }, heartbeat.everyMs)
        }
        send(message.event)
        return
      }
      if (isPulse(message)) {
        lease.heard()
        if (message.sent !== received) end('messages of the client were lost on the way')
        return
      }
      switch (message.type) {
        case 'close':
          end('closed')
          return
        case 'subscriber-gone':
          end('the client is gone')
          return
        case 'lease-over':
          if (lease.isOver()) end(`the client was silent for ${leaseMs} ms`)
          return
        case 'pulse-due':
          subscriber.tell({ type: 'session-pulse', sent })
          return
        case 'heartbeat-due':
          if (heartbeat !== undefined) send(heartbeat.event)
          return
        default:
          lease.heard()
          onCall(message as Call)
          received++
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
