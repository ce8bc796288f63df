import { plannedFaults, shrinkFaults, simulate } from '../../actors/testkit/index.ts'
import type { PlannedFault, Scenario, SimulationResult } from '../../actors/testkit/index.ts'
import type { Clock } from '../../platform/index.ts'
import { Aim } from './aim.ts'
import type { Failure } from './report.ts'

/** Which seeds are run: from `from` on, until one of the bounds is reached or one fails. */
export interface SeedRange {
  readonly from: number
  readonly seeds: number
  /** Real time. */
  readonly forMs: number
}

/** A scenario, and how the command line has named it. */
export interface NamedScenario {
  readonly name: string
  readonly scenario: Scenario
}

export interface SeedProgress {
  readonly done: number
  readonly seedsPerMinute: number
}

export interface SeedRun {
  readonly done: number
  readonly seedsPerMinute: number
  /** The last run that held. */
  readonly held: SimulationResult | undefined
  readonly failure: Failure | undefined
  readonly aim: Aim
}

const TELL_EVERY_MS = 2_000

/** Runs seed after seed until one fails; then makes its faults few and looks at it closely. */
export async function runSeeds(
  named: NamedScenario,
  range: SeedRange,
  clock: Clock,
  onProgress: (progress: SeedProgress) => void,
): Promise<SeedRun> {
  const { scenario } = named
  const beganMs = clock.now()
  let toldMs = beganMs
  let done = 0
  let held: SimulationResult | undefined
  const aim = new Aim()
  const rate = (): number => (done * 60_000) / Math.max(1, clock.now() - beganMs)
  while (done < range.seeds && clock.now() - beganMs < range.forMs) {
    const result = await simulate(range.from + done, scenario)
    done += 1
    aim.add(result)
    if (result.verdict === 'violated') {
      const seedsPerMinute = rate()
      return { done, seedsPerMinute, held, failure: await examine(named, result), aim }
    }
    held = result
    if (clock.now() - toldMs >= TELL_EVERY_MS) {
      toldMs = clock.now()
      onProgress({ done, seedsPerMinute: rate() })
    }
  }
  return { done, seedsPerMinute: rate(), held, failure: undefined, aim }
}

/** The same violation by the fewest faults, and once more with all that its messages say. */
export async function examine(
  { scenario, name }: NamedScenario,
  failing: SimulationResult,
): Promise<Failure> {
  const { faults, result, runs } = await shrinkFaults(failing, scenario)
  const seen = await simulate(result.seed, scenario, { faults, withDetail: true })
  return {
    result: seen,
    drawn: drawnFor(scenario, failing),
    runs: runs + 1,
    commandLine: `troupe simulate ${name} --seed ${result.seed}`,
  }
}

function drawnFor(scenario: Scenario, { seed, faults }: SimulationResult): readonly PlannedFault[] {
  return faults.length > 0 ? faults : plannedFaults(seed, scenario)
}
