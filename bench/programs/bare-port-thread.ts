import { Worker } from 'node:worker_threads'
import { gate, nowNs, tick } from './harness.ts'
import { orders } from './message.ts'
import type { Order } from './message.ts'

/** A thread that counts what it is sent, or sends it back. */
export class BarePort {
  readonly #worker = new Worker(new URL('./bare-port.worker.js', import.meta.url))
  #answer: (value: unknown) => void = () => undefined

  constructor() {
    this.#worker.on('message', (value) => this.#answer(value))
  }

  async oneWay(n: number): Promise<void> {
    const { opened, open } = gate()
    this.#answer = open
    this.#worker.postMessage(n)
    for (let i = 0; i < n; i++) {
      this.#worker.postMessage(orders[i & 1023])
      if ((i & 4095) === 0) await tick()
    }
    await opened
  }

  /** Microseconds of each of `n` round trips, one at a time. */
  async roundTrips(n: number): Promise<Float64Array> {
    const latencies = new Float64Array(n)
    const { opened, open } = gate()
    let got = 0
    let begin = 0
    const send = (): void => {
      begin = nowNs()
      this.#worker.postMessage({ ...(orders[got & 1023] as Order), type: 'order.echo' })
    }
    this.#answer = () => {
      latencies[got] = (nowNs() - begin) / 1e3
      if (++got === n) open()
      else send()
    }
    send()
    await opened
    return latencies
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
