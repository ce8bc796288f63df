/** How fast simulation is: the seeds of a scenario that go through in a minute, and the events of its traces in a second. */
import { simulate } from '../../src/actors/testkit/index.ts'
import type { Scenario } from '../../src/actors/testkit/index.ts'
import { scenarios } from '../../src/cli/scenarios/index.ts'
import { median } from '../statistics.ts'
import { emit, flag, nowNs, repeats, wanted } from './harness.ts'

const RUNTIME = 'troupe'
/** Seeds of each scenario in one measurement; a short run takes a share of them. */
const SEEDS: Readonly<Record<string, number>> = { bank: 60, cluster: 12 }
const FIRST_SEED = 1
const scale = Number(flag('scale') ?? 1)

interface Speed {
  readonly eventsPerSecond: number
  readonly seedsPerMinute: number
}

async function measure(scenario: Scenario, seeds: number): Promise<Speed> {
  const begin = nowNs()
  let events = 0
  for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
    events += (await simulate(seed, scenario)).stats.events
  }
  const seconds = (nowNs() - begin) / 1e9
  return { eventsPerSecond: events / seconds, seedsPerMinute: (60 * seeds) / seconds }
}

if (wanted('simulation')) {
  for (const [name, count] of Object.entries(SEEDS)) {
    const scenario = scenarios.find((each) => each.name === name) as Scenario
    const seeds = Math.max(2, Math.round(count * scale))
    await measure(scenario, Math.ceil(seeds / 4))
    const speeds: Speed[] = []
    for (let i = 0; i < repeats; i++) speeds.push(await measure(scenario, seeds))
    const seedsRow = { runtime: RUNTIME, row: `simulation-${name}` }
    emit({ ...seedsRow, value: median(speeds.map(({ seedsPerMinute }) => seedsPerMinute)) })
    const eventsRow = { runtime: RUNTIME, row: `simulation-${name}-events` }
    emit({ ...eventsRow, value: median(speeds.map(({ eventsPerSecond }) => eventsPerSecond)) })
  }
}
process.exit(0)
