import { seededRandom } from '../../platform/index.ts'
import { checkScenario } from './check-scenario.ts'
import { SimulationError } from './errors.ts'
import { equalResults } from './equal.ts'
import { drawFaults } from './fault-bounds.ts'
import type { PlannedFault } from './fault-bounds.ts'
import { OneRun } from './one-run.ts'
import type { RunOutcome, Violation } from './one-run.ts'
import type { InjectedFault } from './fault-runner.ts'
import type { Scenario } from './scenario.ts'
import type { TraceEvent } from './trace.ts'

export interface SimulateOptions {
  /** What goes wrong; drawn from the seed within the bounds of the scenario by default. */
  readonly faults?: readonly PlannedFault[]
  /** How many of the last moments are kept; 4,096 by default. */
  readonly keep?: number
  /** Keep the contents of messages in short, too. Slower. */
  readonly withDetail?: boolean
  /** Gets the whole trace, a line for each event. Slow. */
  readonly onLine?: (line: string) => void
}

export interface SimulationStats {
  /** All that is in the trace. */
  readonly events: number
  /** Turns of the event loops of all nodes. */
  readonly turns: number
  /** Messages and signals that actors handled. */
  readonly messages: number
  readonly sends: number
  readonly frames: number
  readonly frameBytes: number
  readonly deaths: number
  readonly virtualMs: number
}

/** What a simulation has shown. */
export interface SimulationResult {
  readonly scenario: string
  readonly seed: number
  readonly verdict: 'held' | 'violated'
  /** The first is what the run failed by. */
  readonly violations: readonly Violation[]
  /** The same for every run of this scenario under this seed with these faults, on any machine. */
  readonly traceHash: string
  readonly stats: SimulationStats
  /** What was to go wrong; replay it with `faults`. */
  readonly faults: readonly PlannedFault[]
  /** What did, and to whom. */
  readonly injected: readonly InjectedFault[]
  readonly lastMoments: readonly TraceEvent[]
  /** Runs it again. */
  readonly commandLine: string
}

/** Simulations of one process run one after another: they share what is global in it. */
let last: Promise<unknown> = Promise.resolve()

const sharedTwins: WeakMap<object, Promise<RunOutcome<unknown>>> = new WeakMap()

/**
 * Runs a scenario under a seed, which decides everything that chance decides: the order in which ready actors and
 * nodes run, how long bytes take and where they are cut, the workload, the faults. The same seed gives the same
 * run, byte for byte. Checks the invariants of every actor system along the way and at the end, the scenario's own,
 * and its result against that of an undisturbed twin. A violation is a result, no throw.
 *
 * @throws TROUPE_SIMULATION_SEED, TROUPE_SIMULATION_SCENARIO, TROUPE_SIMULATION_TWIN
 */
export function simulate<R>(
  seed: number,
  scenario: Scenario<R>,
  options: SimulateOptions = {},
): Promise<SimulationResult> {
  checkScenario(scenario)
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new SimulationError(
      'TROUPE_SIMULATION_SEED',
      `The seed is ${String(seed)}: it takes a whole number, 0 or more`,
      { data: { seed } },
    )
  }
  const result = last.then(() => simulateNow(seed, scenario, options))
  last = result.catch(() => undefined)
  return result
}

async function simulateNow<R>(
  seed: number,
  scenario: Scenario<R>,
  options: SimulateOptions,
): Promise<SimulationResult> {
  const faults = options.faults ?? plannedFaults(seed, scenario)
  const expected = await twinOf(seed, scenario)
  const { keep, withDetail, onLine } = options
  const run = new OneRun(scenario, seed, { plan: faults, keep, withDetail, onLine })
  const outcome = await run.run()
  const violations = [...outcome.violations]
  if (violations.length === 0) {
    const isEqual =
      scenario.equal === undefined
        ? equalResults(outcome.result, expected)
        : scenario.equal(outcome.result as R, expected)
    if (!isEqual) {
      violations.push({
        invariant: 'the result is that of the undisturbed run',
        what: `it is ${short(outcome.result)}, and should be ${short(expected)}`,
        atMs: outcome.virtualMs,
      })
    }
  }
  const { events, turns, virtualMs, counts } = outcome
  return {
    scenario: scenario.name,
    seed,
    verdict: violations.length === 0 ? 'held' : 'violated',
    violations,
    traceHash: outcome.traceHash,
    stats: {
      events,
      turns,
      virtualMs,
      messages: counts.handled,
      sends: counts.sends,
      frames: counts.frames,
      frameBytes: counts.frameBytes,
      deaths: counts.deaths,
    },
    faults,
    injected: outcome.injected,
    lastMoments: outcome.lastMoments,
    commandLine: `troupe simulate ${scenario.name} --seed ${seed}`,
  }
}

/** What the seed lets go wrong. */
export function plannedFaults<R>(seed: number, scenario: Scenario<R>): readonly PlannedFault[] {
  return drawFaults(scenario.faults, seededRandom(`${seed}/faults`))
}

async function twinOf<R>(seed: number, scenario: Scenario<R>): Promise<R> {
  const known = sharedTwins.get(scenario)
  const running = known ?? new OneRun(scenario, seed, 'twin').run()
  if (scenario.twin === 'once') sharedTwins.set(scenario, running)
  const { violations, result } = (await running) as RunOutcome<R>
  const [first] = violations
  if (first === undefined) return result as R
  throw new SimulationError(
    'TROUPE_SIMULATION_TWIN',
    `The scenario ${scenario.name} fails by itself under seed ${seed}, without any fault: ${first.invariant}: ${first.what}`,
    {
      data: { scenario: scenario.name, seed, invariant: first.invariant },
      ...(first.error === undefined ? {} : { cause: first.error }),
    },
  )
}

function short(value: unknown): string {
  const text = JSON.stringify(value, (_name, field: unknown) =>
    typeof field === 'bigint'
      ? `${field}n`
      : field instanceof Map || field instanceof Set
        ? [...field]
        : field,
  )
  if (text === undefined) return String(value)
  return text.length <= 400 ? text : `${text.slice(0, 399)}…`
}
