import type { ActorContext, ActorRef } from '../../../actors/index.ts'
import type { MasterMessage } from '../../master/index.ts'
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
  readonly #master: ActorRef<MasterMessage>
  readonly #streams = new Set<ActorRef<OperatorStreamMessage>>()

  constructor(
    ctx: ActorContext<M | OperatorNotice>,
    most: number,
    master: ActorRef<MasterMessage>,
  ) {
    this.#ctx = ctx
    this.#most = most
    this.#master = master
  }

  open(settings: Omit<OperatorStreamSettings, 'master'>): void {
    const [oldest] = this.#streams
    if (oldest !== undefined && this.#streams.size >= this.#most) {
      this.#streams.delete(oldest)
      oldest.tell({ type: 'stream-closed' })
    }
    const stream = this.#ctx.spawn(
      operatorStream({ ...settings, master: this.#master }),
      `operator-${this.#ctx.environment.random.id()}`,
      { restart: 'temporary' },
    )
    this.#streams.add(stream)
    this.#ctx.watch(stream, { type: 'operator-gone', stream })
  }

  get size(): number {
    return this.#streams.size
  }

  gone(stream: ActorRef<OperatorStreamMessage>): void {
    this.#streams.delete(stream)
  }
}
