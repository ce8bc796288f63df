import type { ActorRef } from '../../../actors/index.ts'
import type { HttpExchange, HttpReply } from '../../../platform/index.ts'
import type { SchedulerCall, SchedulerEvent } from '../../protocol/index.ts'
import type { LineMessage } from '../line.ts'

/** The line to a scheduler that speaks HTTP. */
export type SchedulerLine = ActorRef<LineMessage<SchedulerCall, SchedulerEvent>>

/** A call that had to wait has its turn. */
export interface CallDue {
  readonly type: 'call-due'
  readonly line: SchedulerLine
  readonly call: SchedulerCall
}

/** What the door hears of a line: the master has subscribed it, and calls with this stream id are the framework's. */
export interface LineNotice {
  readonly type: 'line-subscribed'
  readonly frameworkId: string
  readonly streamId: string
  readonly line: SchedulerLine
  readonly principal: string | undefined
}

/** An answer that had to wait for one of the master's. */
export interface Answered {
  readonly type: 'answered'
  readonly exchange: HttpExchange
  readonly reply: HttpReply
}
