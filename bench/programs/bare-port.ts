import { median, percentile } from '../statistics.ts'
import { BarePort } from './bare-port-thread.ts'
import { eachPlacement } from './cores.ts'
import { emit, rate, repeats, scaled, wanted } from './harness.ts'

/** What Node itself gives to threads: one structured clone a message over a port. */
const RUNTIME = 'port'

const port = new BarePort()
if (wanted('thread-oneway')) {
  await rate(RUNTIME, 'thread-oneway', 200_000, (n) => port.oneWay(n))
}
if (wanted('thread-rt')) {
  await eachPlacement(async (row) => {
    const n = scaled(5_000)
    await port.roundTrips(n)
    const values: number[] = []
    for (let i = 0; i < repeats; i++) values.push(percentile(await port.roundTrips(n), 0.5))
    emit({ runtime: RUNTIME, row, value: median(values) })
  })
}
await port.end()
