import { receive } from '../../src/actors/index.ts'
import type { ActorRef, ActorSystem } from '../../src/actors/index.ts'
import type { EchoMessage } from './echo.ts'
import { gate, nowNs, tick } from './harness.ts'
import { orders } from './message.ts'
import type { Order } from './message.ts'

/** Orders sent and not yet counted, beyond which the sender waits: fewer than a mailbox holds by default. */
const WINDOW = 32_768
/** Orders between two turns of the event loop. */
const BURST = 4_096

/** The near side of a link whose far side is an `echoing` actor. */
export class EchoClient {
  readonly #system: ActorSystem
  readonly #far: ActorRef<EchoMessage>

  constructor(system: ActorSystem, far: ActorRef<EchoMessage>) {
    this.#system = system
    this.#far = far
  }

  /** Sends `n` orders and waits until the far side has counted the last. */
  async oneWay(n: number): Promise<void> {
    const { opened, open } = gate()
    let counted = 0
    let goOn = (): void => undefined
    const counter = this.#system.spawn<number>(
      receive((count) => {
        counted = count
        if (count === n) open()
        goOn()
      }),
    )
    const far = this.#far
    far.tell({ type: 'count', last: n, replyTo: counter })
    for (let i = 0; i < n; i++) {
      far.tell(orders[i & 1023] as Order)
      if (i % BURST !== 0) continue
      await tick()
      while (i - counted > WINDOW) await new Promise<void>((resolve) => (goOn = resolve))
    }
    await opened
    await this.#system.stop(counter)
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
