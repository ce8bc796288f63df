import test from 'ava'
import type { ExecutionContext } from 'ava'

import { ActorSystem, runThread } from '../../../src/actors/index.ts'
import { ledgerImbalance } from '../../../src/actors/ledger.ts'
import { faultyEnvironment, memoryEnvironment } from '../../../src/actors/testkit/index.ts'
import type {
  FaultTargets,
  FaultyEnvironment,
  MemoryWorld,
} from '../../../src/actors/testkit/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import type { Environment } from '../../../src/platform/index.ts'
import { runPulse } from './programs/pulse.ts'

/** Entry of pool threads in the simulated places. */
export const SIMULATED_THREAD: URL = new URL('memory:pool-thread.js')

/** What never fired is asserted here, not logged. */
const quiet = nodeEnvironment({ log: { level: 'off' } })

/** Where a test takes place: on this machine, or in a world in memory. */
export interface Place {
  readonly isReal: boolean
  readonly world: MemoryWorld | undefined
  /** The environment of a node, which faults can reach. */
  environment(node: string): Environment
  /** What the faults of this place are injected into, besides what the test adds. */
  targets(more?: FaultTargets): FaultTargets
  system(name: string): ActorSystem
  /** Lets real or virtual time pass. */
  pass(ms: number): Promise<void>
  /** Looks again and again until it holds. */
  eventually(holds: () => boolean): Promise<void>
}

/** The same test body for real and simulated; all its systems end with it, and each message had its fate. */
export function both(
  title: string,
  body: (t: ExecutionContext, place: Place) => Promise<void>,
): void {
  test(`${title} (real)`, async (t) => {
    t.timeout(60_000)
    await run(t, undefined, body)
  })
  test(`${title} (simulated)`, async (t) => {
    const world = memoryEnvironment({
      delay: { minMs: 0.1, maxMs: 1 },
      programs: { pulse: runPulse },
      threads: {
        [SIMULATED_THREAD.href]: (environment) => {
          runThread(environment)
        },
      },
    })
    await world.until(run(t, world, body))
  })
}

async function run(
  t: ExecutionContext,
  world: MemoryWorld | undefined,
  body: (t: ExecutionContext, place: Place) => Promise<void>,
): Promise<void> {
  const environments = new Map<string, FaultyEnvironment>()
  const systems: ActorSystem[] = []
  const clock = world?.clock ?? nodeEnvironment().clock
  const environment = (node: string): Environment => {
    if (world !== undefined) return world.environment(node)
    const known = environments.get(node) ?? faultyEnvironment()
    environments.set(node, known)
    return known
  }
  const pass = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.setTimer(ms, resolve))
  const place: Place = {
    isReal: world === undefined,
    world,
    environment,
    targets: (more = {}) => ({
      ...(world === undefined
        ? { environments: Object.fromEntries(environments), environment: quiet }
        : { world }),
      seed: 7,
      ...more,
    }),
    system(name) {
      const system = ActorSystem.create(name, { environment: environment(name) })
      systems.push(system)
      return system
    },
    pass,
    async eventually(holds) {
      while (!holds()) await pass(5)
    },
  }
  try {
    await body(t, place)
  } finally {
    for (const system of systems) await system.terminate()
  }
  for (const system of systems) t.is(ledgerImbalance(system.ledger()), 0, system.name)
}
