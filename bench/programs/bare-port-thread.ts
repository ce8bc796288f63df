import { Worker } from 'node:worker_threads'
import { nowNs, tick } from './harness.ts'
import { orders } from './message.ts'
import type { Order } from './message.ts'

/** A thread that counts what it is sent, or sends it back. */
export class BarePort {
  readonly #worker = new Worker(new URL('./bare-port.worker.js', import.meta.url))
  #answer: (value: unknown) => void = () => undefined

  constructor() {
    this.#worker.on('message', (value) => this.#answer(value))
  }

  #next(): Promise<unknown> {
    return new Promise((resolve) => {
      this.#answer = resolve
    })
  }

  async oneWay(n: number): Promise<void> {
    const counted = this.#next()
    this.#worker.postMessage(n)
    for (let i = 0; i < n; i++) {
      this.#worker.postMessage(orders[i & 1023])
      if ((i & 4095) === 0) await tick()
    }
    await counted
  }

  /** Microseconds of each of `n` round trips, one at a time. */
  async roundTrips(n: number): Promise<Float64Array> {
    const latencies = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      const begin = nowNs()
      const answer = this.#next()
      this.#worker.postMessage({ ...(orders[i & 1023] as Order), type: 'order.echo' })
      await answer
      latencies[i] = (nowNs() - begin) / 1e3
    }
    return latencies
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
