import type { PlannedFault } from './fault-bounds.ts'
import { simulate } from './simulate.ts'
import type { SimulateOptions, SimulationResult } from './simulate.ts'
import type { Scenario } from './scenario.ts'

export interface ShrinkOptions {
  /** Runs at most; 200 by default. */
  readonly maxRuns?: number
  /** Called after every run. */
  readonly onRun?: (runs: number, faults: readonly PlannedFault[]) => void
}

/** The fewest and simplest faults found under which a seed still fails. */
export interface Shrunk {
  readonly faults: readonly PlannedFault[]
  readonly result: SimulationResult
  readonly runs: number
}

/**
 * Makes the faults of a failing run few, then small: drops as many as can be dropped (delta debugging), then takes
 * the others' parameters down, as long as the first violation stays the same.
 * @see Zeller, Hildebrandt: Simplifying and Isolating Failure-Inducing Input, 2002 (ddmin)
 */
export async function shrinkFaults<R>(
  failing: SimulationResult,
  scenario: Scenario<R>,
  options: ShrinkOptions = {},
): Promise<Shrunk> {
  const shrinker = new Shrinker(failing, scenario, options)
  await shrinker.drop()
  await shrinker.simplify()
  return shrinker.found
}

class Shrinker<R> {
  readonly #scenario: Scenario<R>
  readonly #options: ShrinkOptions
  readonly #wanted: string | undefined
  readonly #tried: Set<string> = new Set()
  #best: readonly PlannedFault[]
  #result: SimulationResult
  #runs = 0

  constructor(failing: SimulationResult, scenario: Scenario<R>, options: ShrinkOptions) {
    this.#scenario = scenario
    this.#options = options
    this.#wanted = failing.violations[0]?.invariant
    this.#best = failing.faults
    this.#result = failing
  }

  get found(): Shrunk {
    return { faults: this.#best, result: this.#result, runs: this.#runs }
  }

  /** ddmin: without one part, or with one part only, in parts of half, a quarter, … */
  async drop(): Promise<void> {
    if (await this.#fails([])) return
    let parts = 2
    while (this.#best.length >= 2) {
      const size = Math.ceil(this.#best.length / parts)
      const found = await this.#dropSome(size)
      if (found === 'only') parts = 2
      else if (found === 'without') parts = Math.max(2, parts - 1)
      else if (parts >= this.#best.length) return
      else parts = Math.min(this.#best.length, parts * 2)
    }
  }

  async #dropSome(size: number): Promise<'only' | 'without' | undefined> {
    const all = this.#best
    for (let at = 0; at < all.length; at += size) {
      if (await this.#fails(all.slice(at, at + size))) return 'only'
    }
    for (let at = 0; at < all.length; at += size) {
      if (await this.#fails([...all.slice(0, at), ...all.slice(at + size)])) return 'without'
    }
    return undefined
  }

  async simplify(): Promise<void> {
    let isBetter = true
    while (isBetter) {
      isBetter = false
      for (let at = 0; at < this.#best.length; at += 1) {
        for (const simpler of simplerFaults(this.#best[at] as PlannedFault)) {
          const faults = this.#best.map((fault, other) => (other === at ? simpler : fault))
          if (await this.#fails(faults)) {
            isBetter = true
            break
          }
        }
      }
    }
  }

  async #fails(faults: readonly PlannedFault[]): Promise<boolean> {
    const key = JSON.stringify(faults)
    if (this.#tried.has(key) || this.#runs >= (this.#options.maxRuns ?? 200)) return false
    this.#tried.add(key)
    this.#runs += 1
    const options: SimulateOptions = { faults }
    const result = await simulate(this.#result.seed, this.#scenario, options)
    const isSame = result.violations[0]?.invariant === this.#wanted
    if (isSame) {
      this.#best = faults
      this.#result = result
    }
    this.#options.onRun?.(this.#runs, this.#best)
    return isSame
  }
}

/** Steps towards a fault that is easier to understand: sooner, shorter, rounder, both ways, nothing lost. */
function simplerFaults(planned: PlannedFault): readonly PlannedFault[] {
  const { fault, pick, restartAfterMs } = planned
  const found: PlannedFault[] = []
  const withFault = (changed: object): void => {
    found.push({ ...planned, fault: { ...fault, ...changed } })
  }
  if (fault.at !== undefined && 'afterMs' in fault.at) {
    for (const afterMs of lower(fault.at.afterMs)) withFault({ at: { afterMs } })
  }
  if ('forMs' in fault && fault.forMs !== undefined) {
    for (const forMs of lower(fault.forMs)) if (forMs > 0) withFault({ forMs })
  }
  if (fault.type === 'cut-link' && fault.direction === 'one-way') withFault({ direction: 'both' })
  if (fault.type === 'crash-node' && fault.disk !== 'keep-all') withFault({ disk: 'keep-all' })
  if (restartAfterMs !== undefined) {
    for (const sooner of lower(restartAfterMs)) found.push({ ...planned, restartAfterMs: sooner })
  }
  if (pick[0] !== 0) found.push({ ...planned, pick: [0, pick[1]] })
  if (pick[1] !== 0) found.push({ ...planned, pick: [pick[0], 0] })
  return found
}

/** 0, a half, and the same rounded down to two digits. */
function lower(value: number): readonly number[] {
  const digit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1)
  const rounded = Math.floor(value / digit) * digit
  return [...new Set([0, Math.floor(value / 2), rounded])].filter((lesser) => lesser < value)
}
