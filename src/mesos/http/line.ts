import { setup, stateful, type ActorRef, type Behavior, type Shape } from '../../actors/index.ts'
import type { HttpExchange, HttpHeaders, HttpStream } from '../../platform/index.ts'
import { sessionClient, type OpenSession, type SessionNotice } from '../session/index.ts'
import { textReply } from './answers.ts'
import { encodeRecord, type Codec, type MessageType, type MessageValue } from './wire/index.ts'

/** Bytes of events that a client may leave lying: then its stream is broken, and it has to subscribe again. */
export const MAX_UNREAD_BYTES: number = 64 * 1024 * 1024

/** One subscription by HTTP. */
export interface LineSettings<Call, Event> {
  readonly exchange: HttpExchange
  /** What its events are written in. */
  readonly codec: Codec
  readonly headers?: HttpHeaders
  /** The SUBSCRIBE, said as soon as the session is open. */
  readonly first: Call
  readonly open: OpenSession<Call, Event>
  readonly event: MessageType
  readonly isEvent: Shape
  /** Sent of the line's own accord, so that its client learns of a connection that is dead. */
  readonly heartbeat?: { readonly event: Event; readonly everyMs: number }
  /** Called with each event before it is sent. */
  readonly onEvent: (event: Event, line: ActorRef<LineMessage<Call, Event>>) => void
}

/** What the door tells a line. */
export type LineMessage<Call, Event = never> =
  | { readonly type: 'post'; readonly call: Call }
  /** Its client hears this, and then no more. */
  | { readonly type: 'finish'; readonly event: Event }

type Message<Call, Event> =
  | LineMessage<Call, Event>
  | SessionNotice<Event>
  | { readonly type: 'stream-closed' }
  | { readonly type: 'heartbeat-due'; readonly event: Event }

/**
 * The line to a client that speaks HTTP: a session on one side, the stream of a SUBSCRIBE on the other. Events
 * become records; calls come from the door. Whichever side ends, the other one does too, and the line with them.
 */
export function httpLine<Call, Event>(
  settings: LineSettings<Call, Event>,
): Behavior<LineMessage<Call, Event>> {
  const { exchange, codec, headers, open, isEvent, heartbeat } = settings
  const behavior = setup<Message<Call, Event>>((ctx) => {
    const client = ctx.spawn(sessionClient<Call, Event>({ open, isEvent }, ctx.self), 'session')

    const begin = (): HttpStream => {
      const stream = exchange.stream({
        status: 200,
        headers: { 'content-type': codec.mediaType, ...headers },
      })
      stream.onClosed(() => ctx.self.tell({ type: 'stream-closed' }))
      client.tell({ type: 'call', call: settings.first })
      if (heartbeat !== undefined) {
        const { event, everyMs } = heartbeat
        ctx.timers.startPeriodic('heartbeat', { type: 'heartbeat-due', event }, everyMs)
      }
      return stream
    }

    const send = (stream: HttpStream, event: Event): void => {
      settings.onEvent(event, ctx.self)
      // One record, one write: there are clients that take a chunk for a record.
      stream.write(encodeRecord(codec.encode(settings.event, event as MessageValue)))
      if (stream.queuedBytes <= MAX_UNREAD_BYTES) return
      ctx.log.write('warn', 'a client does not read its events', {
        line: ctx.name,
        unreadBytes: stream.queuedBytes,
      })
      stream.destroy()
    }

    const handle = (
      stream: HttpStream | undefined,
      message: Message<Call, Event>,
    ): HttpStream | undefined => {
      switch (message.type) {
        case 'post':
          client.tell({ type: 'call', call: message.call })
          return stream
        case 'finish':
          if (stream !== undefined) send(stream, message.event)
          ctx.stop()
          return stream
        case 'session-opened':
          return begin()
        case 'heartbeat-due':
        case 'session-event':
          if (stream !== undefined) send(stream, message.event)
          return stream
        case 'session-failed':
          exchange.reply(textReply(503, `No session can be opened: ${message.reason}`))
          ctx.stop()
          return stream
        case 'session-closed':
        case 'stream-closed':
          ctx.stop()
          return stream
      }
    }

    return stateful<HttpStream | undefined, Message<Call, Event>>(
      undefined,
      handle,
      (stream, signal) => {
        if (signal.type === 'PostStop') stream?.end()
        return stream
      },
    )
  })
  return behavior
}
