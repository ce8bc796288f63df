import { receive } from '../../src/actors/index.ts'
import type { ActorRef, ActorSystem } from '../../src/actors/index.ts'
import type { EchoMessage } from './echo.ts'
import { gate, nowNs, tick } from './harness.ts'
import { orders } from './message.ts'
import type { Order } from './message.ts'

/** Messages on their way to the far side, beyond which a sender waits a turn of the event loop. */
const MAX_QUEUED = 65_536
const BURST = 4_096

/** The near side of a link whose far side is an `echoing` actor. */
export class EchoClient {
  readonly #system: ActorSystem
  readonly #far: ActorRef<EchoMessage>
  readonly #queued: () => number

  /** @param queued messages that wait for the link's connection */
  constructor(system: ActorSystem, far: ActorRef<EchoMessage>, queued: () => number) {
    this.#system = system
    this.#far = far
    this.#queued = queued
  }

  /** Sends `n` orders and waits until the far side has counted the last. */
  async oneWay(n: number): Promise<void> {
    const { opened, open } = gate()
    const counted = this.#system.spawn<number>(receive(open))
    const far = this.#far
    far.tell({ type: 'count', last: n, replyTo: counted })
    for (let i = 0; i < n; i++) {
      far.tell(orders[i & 1023] as Order)
      if (i % BURST === 0) {
        do await tick()
        while (this.#queued() > MAX_QUEUED)
      }
    }
    await opened
    await this.#system.stop(counted)
  }

  /** Sends `n` orders to and fro, `window` at a time; microseconds of each. */
  async roundTrips(n: number, window: number): Promise<Float64Array> {
    const latencies = new Float64Array(n)
    const sentNs = new Float64Array(window)
    const far = this.#far
    const { opened, open } = gate()
    let sent = 0
    let got = 0
    const client = this.#system.spawn<Order | 'go'>(
      receive((message, ctx) => {
        if (message === 'go') {
          while (sent < window) send(ctx.self)
          return
        }
        latencies[got] = (nowNs() - (sentNs[got % window] ?? 0)) / 1e3
        if (++got === n) open()
        else if (sent < n) send(ctx.self)
      }),
    )
    function send(replyTo: ActorRef<Order>): void {
      sentNs[sent % window] = nowNs()
      far.tell({ type: 'echo', order: orders[sent++ & 1023] as Order, replyTo })
    }
    client.tell('go')
    await opened
    await this.#system.stop(client)
    return latencies
  }
}
