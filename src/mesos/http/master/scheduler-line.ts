import { setup, stateful, type ActorRef, type Behavior } from '../../../actors/index.ts'
import type { HttpExchange, HttpStream } from '../../../platform/index.ts'
import type { MasterMessage, SchedulerConnected } from '../../master/index.ts'
import {
  schedulerEvent,
  type SchedulerCall,
  type SchedulerEvent,
  type SubscribeCall,
} from '../../protocol/index.ts'
import { sessionClient, type OpenSession, type SessionNotice } from '../../session/index.ts'
import { textReply } from '../answers.ts'
import { encodeRecord, messageType, type Codec, type MessageValue } from '../wire/index.ts'
import type { LineMessage, LineNotice } from './protocol.ts'

const EVENT = messageType('scheduler.Event')

/** Bytes of events that a scheduler may leave lying: then its stream is broken, and it has to subscribe again. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024

/** One subscription by HTTP. */
export interface SchedulerLineSettings {
  readonly exchange: HttpExchange
  readonly call: SubscribeCall
  /** What the events are written in. */
  readonly codec: Codec
  readonly streamId: string
  readonly master: ActorRef<MasterMessage>
  readonly door: ActorRef<LineNotice>
}

type Message = LineMessage | SessionNotice<SchedulerEvent> | { readonly type: 'stream-closed' }

/**
 * The line to a scheduler that speaks HTTP: a session with the master on one side, the stream of a SUBSCRIBE on the other. Events
 * become records; calls come from the door. Whichever side ends, the other one does too, and the line with them.
 */
export function schedulerLine(settings: SchedulerLineSettings): Behavior<LineMessage> {
  const { exchange, codec, streamId, door } = settings
  const behavior = setup<Message>((ctx) => {
    const client = ctx.spawn(
      sessionClient<SchedulerCall, SchedulerEvent>(
        { open: opening(settings.master), isEvent: schedulerEvent },
        ctx.self,
      ),
      'session',
    )

    const open = (): HttpStream => {
      const stream = exchange.stream({
        status: 200,
        headers: { 'content-type': codec.mediaType, 'mesos-stream-id': streamId },
      })
      stream.onClosed(() => ctx.self.tell({ type: 'stream-closed' }))
      client.tell({ type: 'call', call: settings.call })
      return stream
    }

    const send = (stream: HttpStream, event: SchedulerEvent): void => {
      if (event.type === 'SUBSCRIBED') {
        const frameworkId = event.subscribed.framework_id.value
        door.tell({ type: 'line-subscribed', frameworkId, streamId, line: ctx.self })
      }
      const value = event as unknown as MessageValue
      stream.write(encodeRecord(codec.encode(EVENT, value)))
      if (stream.queuedBytes <= MAX_UNREAD_BYTES) return
      const unreadBytes = stream.queuedBytes
      ctx.log.write('warn', 'a scheduler does not read its events', { streamId, unreadBytes })
      stream.destroy()
    }

    const handle = (stream: HttpStream | undefined, message: Message): HttpStream | undefined => {
      switch (message.type) {
        case 'post':
          client.tell({ type: 'call', call: message.call })
          return stream
        case 'session-opened':
          return open()
        case 'session-event':
          if (stream !== undefined) send(stream, message.event)
          return stream
        case 'session-closed':
          ctx.stop()
          return stream
        case 'session-failed':
          exchange.reply(textReply(503, `The master can't be reached: ${message.reason}`))
          ctx.stop()
          return stream
        case 'stream-closed':
          ctx.stop()
          return stream
      }
    }

    return stateful<HttpStream | undefined, Message>(undefined, handle, (stream, signal) => {
      if (signal.type === 'PostStop') stream?.end()
      return stream
    })
  })
  return behavior
}

function opening(master: ActorRef<MasterMessage>): OpenSession<SchedulerCall, SchedulerEvent> {
  return async (subscriber) => {
    const { session } = await master.ask<SchedulerConnected>((replyTo) => ({
      type: 'connect-scheduler',
      subscriber,
      replyTo,
    }))
    return session
  }
}
