/**
 * Runs a scenario of the sources in a folder, seed after seed, until one fails; prints what it found as JSON.
 * Arguments: folder, scenario, number of seeds.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { Scenario, SimulationResult } from '../../../src/actors/testkit/index.ts'

/** What a trial has shown. */
export interface Trial {
  /** The first seed that failed; undefined if all held. */
  readonly seed: number | undefined
  readonly invariant: string
  readonly what: string
}

const [folder = '', name = '', seeds = '0'] = process.argv.slice(2)
const load = async (path: string): Promise<Record<string, unknown>> =>
  (await import(pathToFileURL(join(folder, path)).href)) as Record<string, unknown>

const { simulate } = (await load('actors/testkit/index.js')) as unknown as {
  simulate: (seed: number, scenario: Scenario) => Promise<SimulationResult>
}
const { scenarios } = (await load('cli/scenarios/index.js')) as unknown as {
  scenarios: readonly Scenario[]
}
const scenario = scenarios.find((each) => each.name === name)
if (scenario === undefined) throw new Error(`there is no scenario ${name}`)

let trial: Trial = { seed: undefined, invariant: '', what: '' }
for (let seed = 1; seed <= Number(seeds) && trial.seed === undefined; seed++) {
  trial = await tryOut(seed)
}
process.stdout.write(`${JSON.stringify(trial)}\n`)
process.exit(0)

async function tryOut(seed: number): Promise<Trial> {
  try {
    const { violations } = await simulate(seed, scenario as Scenario)
    const [first] = violations
    return first === undefined
      ? { seed: undefined, invariant: '', what: '' }
      : { seed, invariant: first.invariant, what: first.what }
  } catch (error) {
    return { seed, invariant: 'the simulation runs to its end', what: String(error) }
  }
}
