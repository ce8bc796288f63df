import { ActorSystem, threadPool } from '../../src/actors/index.ts'
import type { ThreadPoolOptions } from '../../src/actors/index.ts'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { median, percentile } from '../statistics.ts'
import { BarePort } from './bare-port-thread.ts'
import { eachPlacement } from './cores.ts'
import { EchoClient } from './echo-client.ts'
import { echoing } from './echo.ts'
import { emit, flag, rate, repeats, scaled, wanted } from './harness.ts'

/** A child in a worker thread, with its parent here. */
const RUNTIME = 'troupe'
const PAIRS = 15
const SPIN_MS = 5

interface Near {
  readonly client: EchoClient
  readonly end: () => Promise<void>
}

async function child(options: ThreadPoolOptions): Promise<Near> {
  const system = ActorSystem.create('bench', { environment: nodeEnvironment() })
  const pool = threadPool(system, { size: 1, ...options })
  await pool.ready()
  const far = system.spawn(echoing(null), 'echo', { placement: pool })
  const client = new EchoClient(system, far)
  await client.roundTrips(1, 1)
  return { client, end: async () => void (await system.terminate()) }
}

const p50 = async (latencies: Promise<Float64Array>): Promise<number> =>
  percentile(await latencies, 0.5)

if (wanted('thread-oneway')) {
  const line = flag('line') === 'port' ? 'port' : 'ring'
  const { client, end } = await child({ line })
  await rate(RUNTIME, 'thread-oneway', 2_000_000, (n) => client.oneWay(n))
  await end()
}

if (wanted('thread-rt')) {
  const { client, end } = await child({})
  const bare = new BarePort()
  const n = scaled(2_000)
  await bare.roundTrips(n * 2)
  await client.roundTrips(n * 2, 1)
  await eachPlacement(async (row) => {
    const ours: number[] = []
    const ratios: number[] = []
    for (let pair = 0; pair < PAIRS; pair++) {
      const theirs = await p50(bare.roundTrips(n))
      const mine = await p50(client.roundTrips(n, 1))
      ours.push(mine)
      ratios.push(mine / theirs)
    }
    emit({ runtime: RUNTIME, row, value: median(ours) })
    emit({ runtime: RUNTIME, row: `${row}-ratio`, value: median(ratios) })
  })
  await bare.end()
  await end()
}

if (wanted('thread-rt-spin')) {
  const { client, end } = await child({ line: 'ring', spinMs: SPIN_MS })
  const n = scaled(10_000)
  await client.roundTrips(n, 1)
  const values: number[] = []
  for (let i = 0; i < repeats; i++) values.push(await p50(client.roundTrips(n, 1)))
  emit({ runtime: RUNTIME, row: 'thread-rt-spin', value: median(values) })
  await end()
}
