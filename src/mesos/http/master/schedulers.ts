import type { ActorContext, ActorRef } from '../../../actors/index.ts'
import type { HttpExchange, HttpReply } from '../../../platform/index.ts'
import type {
  FrameworkFound,
  MasterMessage,
  MasterUpdated,
  SchedulerConnected,
} from '../../master/index.ts'
import {
  schedulerEvent,
  type SchedulerCall,
  type SchedulerEvent,
  type SubscribeCall,
} from '../../protocol/index.ts'
import { Throttle, type RateLimits } from '../../security/index.ts'
import { silent, textReply } from '../answers.ts'
import { httpLine } from '../line.ts'
import { acceptedCodec, NOT_ACCEPTABLE } from '../media.ts'
import {
  principalProblem,
  readSchedulerCall,
  type FrameworkUpdate,
  type ReadCall,
} from '../scheduler-call.ts'
import { messageType } from '../wire/index.ts'
import type { Principal } from '../guard.ts'
import { updatedReply } from './operator-updates.ts'
import type { Answered, CallDue, LineNotice, SchedulerLine } from './protocol.ts'

const EVENT = messageType('scheduler.Event')
const STREAM_ID = 'mesos-stream-id'

interface Line {
  readonly streamId: string
  readonly ref: SchedulerLine
  /** Whose the framework is. */
  readonly principal: Principal
}

type DoorMessage =
  LineNotice | Answered | CallDue | { readonly type: 'line-gone'; readonly line: SchedulerLine }

/** The schedulers that speak HTTP: which line is whose, and what becomes of each call. */
export class Schedulers<M> {
  readonly #ctx: ActorContext<M | DoorMessage>
  readonly #master: ActorRef<MasterMessage>
  /** By the framework's id. */
  readonly #lines: Map<string, Line> = new Map()
  readonly #throttle: Throttle | undefined
  #waiting = 0

  constructor(
    ctx: ActorContext<M | DoorMessage>,
    master: ActorRef<MasterMessage>,
    limits: RateLimits | undefined,
  ) {
    this.#ctx = ctx
    this.#master = master
    this.#throttle = limits && new Throttle(limits)
  }

  /** Answers a request to `/api/v1/scheduler`. */
  handle(exchange: HttpExchange, principal: Principal): void {
    const { request } = exchange
    const read = readSchedulerCall(request, principal)
    if (read.type === 'refused') exchange.reply(read.reply)
    else if (read.type === 'call' && read.call.type === 'SUBSCRIBE') {
      this.#subscribe(exchange, read.call)
    } else this.#call(exchange, read, principal)
  }

  subscribed({ frameworkId, streamId, line, principal }: LineNotice): void {
    this.#lines.set(frameworkId, { streamId, ref: line, principal })
  }

  gone(line: SchedulerLine): void {
    for (const [frameworkId, { ref }] of this.#lines) {
      if (ref === line) this.#lines.delete(frameworkId)
    }
  }

  #subscribe(exchange: HttpExchange, call: SubscribeCall): void {
    const { headers } = exchange.request
    const codec = acceptedCodec(headers)
    if (codec === undefined) {
      exchange.reply(textReply(406, NOT_ACCEPTABLE))
      return
    }
    if (headers[STREAM_ID] !== undefined) {
      const text = "Subscribe calls should not include the 'Mesos-Stream-Id' header"
      exchange.reply(textReply(400, text))
      return
    }
    const { principal } = call.subscribe.framework_info
    const streamId = uuidOf(this.#ctx.environment.random.id())
    const door: ActorRef<LineNotice> = this.#ctx.self
    const master = this.#master
    const line = this.#ctx.spawn(
      httpLine<SchedulerCall, SchedulerEvent>({
        exchange,
        codec,
        headers: { [STREAM_ID]: streamId },
        first: call,
        event: EVENT,
        isEvent: schedulerEvent,
        open: async (subscriber) => {
          const { session } = await master.ask<SchedulerConnected>((replyTo) => ({
            type: 'connect-scheduler',
            subscriber,
            isFinal: true,
            replyTo,
          }))
          return session
        },
        onEvent: (event, self) => {
          if (event.type !== 'SUBSCRIBED') return
          const frameworkId = event.subscribed.framework_id.value
          door.tell({ type: 'line-subscribed', frameworkId, streamId, line: self, principal })
        },
      }),
      `scheduler-${streamId}`,
      { restart: 'temporary' },
    )
    this.#ctx.watch(line, { type: 'line-gone', line })
  }

  #call(
    exchange: HttpExchange,
    read: Exclude<ReadCall, { readonly type: 'refused' }>,
    principal: Principal,
  ): void {
    const frameworkId =
      read.type === 'call' ? (read.call.framework_id?.value ?? '') : read.frameworkId
    const line = this.#lines.get(frameworkId)
    if (line === undefined) {
      this.#refuseStranger(exchange, frameworkId)
      return
    }
    const other = principalProblem(principal, line.principal)
    if (other !== undefined) {
      exchange.reply(textReply(400, other))
      return
    }
    const refusal = streamProblem(exchange.request.headers[STREAM_ID], frameworkId, line)
    if (refusal !== undefined) exchange.reply(refusal)
    else if (read.type === 'update') this.#update(exchange, frameworkId, read.update)
    else if (read.type === 'unknown') exchange.reply(textReply(501, '501 Not Implemented.'))
    else {
      if (read.type === 'call') this.#post(line, read.call)
      exchange.reply({ status: 202 })
    }
  }

  /** Hands a call to its line when the rate of its principal lets it; one too many ends the line. */
  #post({ ref, principal }: Line, call: SchedulerCall): void {
    const turn = this.#throttle?.take(principal, this.#ctx.environment.clock.now())
    if (turn === undefined) {
      ref.tell({ type: 'post', call })
    } else if ('exceeded' in turn) {
      const message = `Message ${call.type} dropped: capacity(${turn.exceeded}) exceeded`
      ref.tell({ type: 'finish', event: { type: 'ERROR', error: { message } } })
    } else if (turn.waitMs <= 0) {
      ref.tell({ type: 'post', call })
    } else {
      const due = { type: 'call-due', line: ref, call } as const
      this.#ctx.timers.startSingle(`call ${++this.#waiting}`, due, turn.waitMs)
    }
  }

  #update(exchange: HttpExchange, frameworkId: string, update: FrameworkUpdate): void {
    const asked = this.#master.ask<MasterUpdated>((replyTo) => ({
      type: 'update-framework',
      frameworkId,
      ...update,
      replyTo,
    }))
    this.#ctx.pipeToSelf(asked, (updated) => ({
      type: 'answered',
      exchange,
      reply: updated === undefined ? silent : updatedReply(updated),
    }))
  }

  /** Whoever has no line is unknown, or away, or speaks the other line. */
  #refuseStranger(exchange: HttpExchange, frameworkId: string): void {
    const asked = this.#master.ask<FrameworkFound>((replyTo) => ({
      type: 'find-framework',
      frameworkId,
      replyTo,
    }))
    this.#ctx.pipeToSelf(asked, (found) => ({
      type: 'answered',
      exchange,
      reply: strangerReply(found),
    }))
  }
}

function strangerReply(found: FrameworkFound | undefined): HttpReply {
  switch (found?.standing) {
    case undefined:
      return silent
    case 'unknown':
      return textReply(400, 'Framework cannot be found')
    case 'disconnected':
      return textReply(403, 'Framework is not subscribed')
    case 'connected':
      return textReply(403, 'Framework is not connected via HTTP')
  }
}

function streamProblem(
  given: string | undefined,
  frameworkId: string,
  { streamId }: Line,
): HttpReply | undefined {
  if (given === undefined) {
    return textReply(400, "All non-subscribe calls should include the 'Mesos-Stream-Id' header")
  }
  if (given === streamId) return undefined
  const text = `The stream ID '${given}' included in this request didn't match the stream ID currently associated with framework ID ${frameworkId}`
  return textReply(400, text)
}

/** 128 bits of hex as a UUID of version 4. */
function uuidOf(hex: string): string {
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16)
  const digits = `${hex.slice(0, 12)}4${hex.slice(13, 16)}${variant}${hex.slice(17, 32)}`
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
