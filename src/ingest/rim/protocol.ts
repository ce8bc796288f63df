import type { ActorRef } from '../../actors/index.ts'
import type { NewEvent } from '../../platform/index.ts'
import type { Event } from '../event/index.ts'

/** To the log writer. */
export interface AppendEvent {
  readonly type: 'AppendEvent'
  readonly topic: string
  readonly event: NewEvent
  readonly untilMs: number
  readonly replyTo: ActorRef<AppendReply>
}

export type AppendReply = { readonly type: 'AppendSuccessful' } | Refused

/** To a Cassandra writer. */
export interface WriteEvent {
  readonly type: 'WriteEvent'
  readonly event: Event
  readonly untilMs: number
  readonly replyTo: ActorRef<WriteReply>
}

/** To a Cassandra writer: what the values of a campaign's events of a type come to. */
export interface SumEvents {
  readonly type: 'SumEvents'
  readonly campaignId: string
  readonly eventType: string
  readonly untilMs: number
  readonly replyTo: ActorRef<SumReply>
}

export type SumReply = { readonly type: 'Sum'; readonly total: bigint } | Refused

export type WriterMessage = WriteEvent | SumEvents

export type WriteReply = { readonly type: 'WriteSuccessful' } | Refused

/** It will never do, however often it is asked for. */
export interface Refused {
  readonly type: 'Refused'
  readonly reason: string
}
