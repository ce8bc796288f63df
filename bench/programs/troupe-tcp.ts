import { ActorSystem, startNode } from '../../src/actors/index.ts'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { median, percentile } from '../statistics.ts'
import { EchoClient } from './echo-client.ts'
import type { EchoMessage } from './echo.ts'
import { emit, flag, rate, repeats, scaled, wanted } from './harness.ts'

/** Two processes, each with a node of its own, over loopback TCP. */
const RUNTIME = 'troupe'

const system = ActorSystem.create('client', { environment: nodeEnvironment() })
const node = await startNode(system, { listen: false })
const server = await node.join(`127.0.0.1:${String(flag('port'))}`)
const far = await server.resolve<EchoMessage>('/user/echo')
const client = new EchoClient(system, far)

if (wanted('tcp-oneway')) {
  await rate(RUNTIME, 'tcp-oneway', 1_000_000, (n) => client.oneWay(n))
}

if (wanted('tcp-rt')) {
  const n = scaled(10_000)
  await client.roundTrips(n, 1)
  const values: number[] = []
  for (let i = 0; i < repeats; i++) values.push(percentile(await client.roundTrips(n, 1), 0.5))
  emit({ runtime: RUNTIME, row: 'tcp-rt', value: median(values) })
}

if (wanted('tcp-echo100')) {
  await rate(RUNTIME, 'tcp-echo100', 300_000, async (n) => {
    await client.roundTrips(n, 100)
  })
}

await system.terminate()
