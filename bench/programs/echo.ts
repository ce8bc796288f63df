import { receive, registered, setup } from '../../src/actors/index.ts'
import type { ActorRef, RegisteredBehavior } from '../../src/actors/index.ts'
import type { Order } from './message.ts'

export const TOLD_EVERY = 8_192

/** Sends back the order. */
export interface Echo {
  readonly type: 'echo'
  readonly order: Order
  readonly replyTo: ActorRef<Order>
}

/** Counts the orders that follow, and tells how many have come every {@link TOLD_EVERY} of them and at the last. */
export interface Count {
  readonly type: 'count'
  readonly last: number
  readonly replyTo: ActorRef<number>
}

export type EchoMessage = Order | Echo | Count

/** The far side of every link: counts orders, or sends them back. */
export const echoing: RegisteredBehavior<null, EchoMessage> = registered(
  import.meta.url,
  'bench-echo',
  (_props: null) =>
    setup<EchoMessage>(() => {
      let count = 0
      let task: Count | undefined
      return receive((message) => {
        switch (message.type) {
          case 'order.update':
          case 'order.echo':
            if (++count % TOLD_EVERY === 0 || count === task?.last) task?.replyTo.tell(count)
            return
          case 'echo':
            message.replyTo.tell(message.order)
            return
          case 'count':
            count = 0
            task = message
        }
      })
    }),
)
