import type { ActorRef } from '../../../actors/index.ts'
import type { HttpExchange, HttpReply } from '../../../platform/index.ts'
import type { SchedulerCall } from '../../protocol/index.ts'

/** What the door is told by the platform. */
export interface Arrived {
  readonly type: 'arrived'
  readonly exchange: HttpExchange
}

/** What a scheduler's line tells the door. */
export type LineNotice =
  /** The master has subscribed it: from now on calls with this stream id are the framework's. */
  {
    readonly type: 'line-subscribed'
    readonly frameworkId: string
    readonly streamId: string
    readonly line: ActorRef<LineMessage>
  }

/** What the door tells a scheduler's line. */
export interface LineMessage {
  readonly type: 'post'
  readonly call: SchedulerCall
}

/** An answer that had to wait for one of the master's. */
export interface Answered {
  readonly type: 'answered'
  readonly exchange: HttpExchange
  readonly reply: HttpReply
}
