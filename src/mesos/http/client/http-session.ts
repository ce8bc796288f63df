import { setup, stateful, type ActorRef, type Behavior, type Shape } from '../../../actors/index.ts'
import {
  bodyOf,
  type Address,
  type HttpRequestOptions,
  type HttpResponse,
} from '../../../platform/index.ts'
import type { ExecutorCall, SchedulerCall } from '../../protocol/index.ts'
import type { SessionPulse } from '../../session/index.ts'
import { RecordReader, type Codec, type MessageType, type MessageValue } from '../wire/index.ts'

/** Calls that may wait for those before them. */
const MAX_WAITING = 65_536

/** One session with a master or an agent by HTTP. */
export interface HttpSessionSettings<Event> {
  readonly server: Address
  /** How its TLS is judged, if it speaks that. */
  readonly secure?: Pick<HttpRequestOptions, 'isSecure' | 'trustsAny' | 'ca'>
  /** Where calls are posted. */
  readonly path: string
  readonly codec: Codec
  readonly call: MessageType
  readonly event: MessageType
  readonly isEvent: Shape
  /** The header by which each call says who makes it. */
  readonly authorization?: string
  /** Whether the answer to SUBSCRIBE names a stream, which all other calls must name too. */
  readonly hasStreamId: boolean
  /** Gets the events; its end ends the session, behind the calls that were made. */
  readonly subscriber: ActorRef<Event | SessionPulse>
  /** What the subscriber is told of a SUBSCRIBE that is refused for good. */
  readonly refusal: (message: string) => Event
  /** Told when another server is to be asked. */
  readonly onRedirect: (location: string) => void
}

type Call = SchedulerCall | ExecutorCall

type Message =
  | Call
  | SessionPulse
  | {
      readonly type: 'accepted'
      readonly response: HttpResponse
      readonly streamId: string | undefined
    }
  | { readonly type: 'refused'; readonly status: number; readonly text: string }
  | { readonly type: 'redirected'; readonly location: string }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'posted'; readonly status: number; readonly text: string }
  | { readonly type: 'over'; readonly reason: string }
  | { readonly type: 'subscriber-gone' }

interface State {
  readonly response: HttpResponse | undefined
  readonly streamId: string | undefined
  /** Calls that were not sent yet; each waits for the answer to the one before it. */
  readonly waiting: readonly Call[]
  readonly isPosting: boolean
  readonly isLeaving: boolean
}

/**
 * A session with any Mesos master or agent by v1 HTTP, which to its client looks like one of the house: takes calls, one POST
 * after the other, and hands the events of the stream that its SUBSCRIBE opened to the subscriber. A call that is refused ends
 * it, so that the next session sets things right; a refused SUBSCRIBE is an ERROR.
 */
export function httpSession<Event>(
  settings: HttpSessionSettings<Event>,
): Behavior<Call | SessionPulse> {
  const { server, codec, authorization, subscriber } = settings
  const behavior = setup<Message>((ctx) => {
    const { http } = ctx.environment
    const reader = new RecordReader()
    ctx.watch(subscriber, { type: 'subscriber-gone' })

    const post = (call: Call, streamId: string | undefined): Promise<HttpResponse> =>
      http.request(
        server,
        {
          method: 'POST',
          target: settings.path,
          headers: {
            'content-type': codec.mediaType,
            accept: codec.mediaType,
            host: `${server.host}:${server.port}`,
            ...(authorization !== undefined && { authorization }),
            ...(streamId !== undefined && { 'mesos-stream-id': streamId }),
          },
          body: codec.encode(settings.call, call as unknown as MessageValue),
        },
        settings.secure,
      )

    const subscribe = (call: Call): void => {
      const head = post(call, undefined).then((one) => headOf(one, settings.hasStreamId))
      ctx.pipeToSelf(head, (message, error) => {
        return message ?? { type: 'over', reason: reasonOf(error) }
      })
    }

    const send = (state: State): State => {
      const [call, ...waiting] = state.waiting
      if (state.isPosting || state.response === undefined) return state
      if (call === undefined) return state.isLeaving ? end(state, 'its client is gone') : state
      ctx.pipeToSelf(post(call, state.streamId).then(answerOf), (answer, error) =>
        answer === undefined
          ? { type: 'over', reason: reasonOf(error) }
          : { type: 'posted', ...answer },
      )
      return { ...state, waiting, isPosting: true }
    }

    const end = (state: State, reason: string): State => {
      ctx.log.write('debug', 'session by HTTP ends', { reason })
      ctx.stop()
      return state
    }

    const receive = (state: State, bytes: Uint8Array): State => {
      for (const record of reader.push(bytes)) {
        const decoded = codec.decode(settings.event, record)
        if (decoded.ok && settings.isEvent(decoded.value)) {
          subscriber.tell(decoded.value as unknown as Event)
        } else {
          const type = decoded.ok ? String(decoded.value['type']) : decoded.problem
          ctx.log.write('debug', 'an event is not understood', { type })
        }
      }
      return state
    }

    const initial: State = {
      response: undefined,
      streamId: undefined,
      waiting: [],
      isPosting: false,
      isLeaving: false,
    }
    const handle = (state: State, message: Message): State => {
      switch (message.type) {
        case 'session-pulse':
          return state
        case 'SUBSCRIBE':
          subscribe(message)
          return state
        case 'accepted': {
          const { response, streamId } = message
          response.handle({
            data: (bytes) => ctx.self.tell({ type: 'bytes', bytes }),
            closed: (error) =>
              ctx.self.tell({ type: 'over', reason: error?.message ?? 'the stream has ended' }),
          })
          return send({ ...state, response, streamId })
        }
        case 'refused': {
          const text = `SUBSCRIBE was refused with ${message.status}: ${message.text}`
          // A master that recovers, or has no leader yet, may take it later.
          if (message.status < 500) subscriber.tell(settings.refusal(text))
          return end(state, text)
        }
        case 'redirected':
          settings.onRedirect(message.location)
          return end(state, `${message.location} is to be asked`)
        case 'bytes':
          return receive(state, message.bytes)
        case 'posted':
          if (message.status < 300) return send({ ...state, isPosting: false })
          ctx.log.write('warn', 'a call was refused', {
            status: message.status,
            text: message.text,
          })
          return end(state, `a call was refused with ${message.status}: ${message.text}`)
        case 'over':
          return end(state, message.reason)
        case 'subscriber-gone':
          if (state.response === undefined) return end(state, 'its client is gone')
          return send({ ...state, isLeaving: true })
        default:
          if (state.waiting.length >= MAX_WAITING) return end(state, 'too many calls are waiting')
          return send({ ...state, waiting: [...state.waiting, message] })
      }
    }

    return stateful<State, Message>(initial, handle, (state, signal) => {
      if (signal.type === 'PostStop') state.response?.destroy()
      return state
    })
  })
  return behavior
}

/** What the head of the answer to a SUBSCRIBE means. */
async function headOf(
  response: HttpResponse,
  hasStreamId: boolean,
): Promise<Extract<Message, { readonly type: 'accepted' | 'refused' | 'redirected' }>> {
  const { status, headers } = response
  const streamId = headers['mesos-stream-id']
  if (status === 200 && (streamId !== undefined || !hasStreamId)) {
    return { type: 'accepted', response, streamId }
  }
  const location = headers['location']
  const { text } = await answerOf(response)
  if (status === 307 && location !== undefined) return { type: 'redirected', location }
  return { type: 'refused', status, text }
}

async function answerOf(
  response: HttpResponse,
): Promise<{ readonly status: number; readonly text: string }> {
  const body = await bodyOf(response)
  return { status: response.status, text: new TextDecoder().decode(body) }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
