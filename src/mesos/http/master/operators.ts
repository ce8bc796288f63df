import type { ActorContext, ActorRef } from '../../../actors/index.ts'
import type { HttpExchange } from '../../../platform/index.ts'
import type { Codec } from '../wire/index.ts'
import {
  operatorStream,
  type OperatorStreamMessage,
  type OperatorStreamSettings,
} from './operator-stream.ts'

/** What the door hears when a stream has ended. */
export interface OperatorNotice {
  readonly type: 'operator-gone'
  readonly stream: ActorRef<OperatorStreamMessage>
}

/** Those who are subscribed to what happens in the cluster, the oldest first: where there are too many, that one has to go. */
export class Operators<M> {
  readonly #ctx: ActorContext<M | OperatorNotice>
  readonly #most: number
  readonly #settings: Omit<OperatorStreamSettings, 'exchange' | 'codec'>
  readonly #streams = new Set<ActorRef<OperatorStreamMessage>>()

  constructor(
    ctx: ActorContext<M | OperatorNotice>,
    most: number,
    settings: Omit<OperatorStreamSettings, 'exchange' | 'codec'>,
  ) {
    this.#ctx = ctx
    this.#most = most
    this.#settings = settings
  }

  get count(): number {
    return this.#streams.size
  }

  open(exchange: HttpExchange, codec: Codec): void {
    const [oldest] = this.#streams
    if (oldest !== undefined && this.#streams.size >= this.#most) {
      this.#streams.delete(oldest)
      oldest.tell({ type: 'stream-closed' })
    }
    const stream = this.#ctx.spawn(
      operatorStream({ ...this.#settings, exchange, codec }),
      `operator-${this.#ctx.environment.random.id()}`,
      { restart: 'temporary' },
    )
    this.#streams.add(stream)
    this.#ctx.watch(stream, { type: 'operator-gone', stream })
  }

  gone(stream: ActorRef<OperatorStreamMessage>): void {
    this.#streams.delete(stream)
  }
}
