import { Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { wrap } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { median, percentile } from '../statistics.ts'
import type { EchoApi } from './comlink-thread.worker.ts'
import { eachPlacement } from './cores.ts'
import { emit, nowNs, rate, repeats, scaled, wanted } from './harness.ts'
import { orders } from './message.ts'
import type { Order } from './message.ts'

/** comlink: each call is a message and its answer, so one way is measured with 100 calls in flight. */
const RUNTIME = 'comlink'

const worker = new Worker(new URL('./comlink-thread.worker.js', import.meta.url))
const api = wrap<EchoApi>(nodeEndpoint(worker as unknown as MessagePort))

if (wanted('thread-oneway')) {
  await rate(RUNTIME, 'thread-oneway', 40_000, async (n) => {
    for (let i = 0; i < n; i += 100) {
      await Promise.all(orders.slice(0, 100).map((order) => api.tell(order)))
    }
  })
}

if (wanted('thread-rt')) {
  const n = scaled(5_000)
  const roundTrips = async (): Promise<number> => {
    const latencies = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      const begin = nowNs()
      await api.echo(orders[i & 1023] as Order)
      latencies[i] = (nowNs() - begin) / 1e3
    }
    return percentile(latencies, 0.5)
  }
  await eachPlacement(async (row) => {
    await roundTrips()
    const values: number[] = []
    for (let i = 0; i < repeats; i++) values.push(await roundTrips())
    emit({ runtime: RUNTIME, row, value: median(values) })
  })
}

await worker.terminate()
