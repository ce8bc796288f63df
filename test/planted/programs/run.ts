/**
 * Proves the net: plants each defect by itself, lets its scenario look for it, and prints a table.
 * Arguments: names of defects, all by default; `--seeds N` in place of the seeds that the list allows. Ends with code 1 if
 * one was not found.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

import { plantedBugs, type PlantedBug } from '../bugs.ts'
import { plant, uproot } from '../plant.ts'
import type { Trial } from './trial.ts'

/** A defect may hang a scenario: then it is found, too. */
const LIMIT_MS = 300_000
const trialFile = fileURLToPath(new URL('./trial.js', import.meta.url))

const { values, positionals } = parseArgs({
  options: { seeds: { type: 'string' }, keep: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const unknown = positionals.filter((name) => !plantedBugs.some((bug) => bug.name === name))
if (unknown.length > 0) {
  throw new Error(
    `there is no planted defect ${unknown.join(', ')}: there are ${plantedBugs.map(({ name }) => name).join(', ')}`,
  )
}
const chosen = plantedBugs.filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
)

let missed = 0
for (const bug of chosen) {
  const { seed, invariant, what } = await tryOut(bug, Number(values.seeds ?? bug.within))
  if (seed === undefined) missed++
  const found = seed === undefined ? 'NOT FOUND' : `seed ${String(seed)}: ${invariant}: ${what}`
  process.stdout.write(`${bug.name.padEnd(32)} ${bug.scenario.padEnd(10)} ${found.slice(0, 160)}\n`)
}
process.stdout.write(`${String(chosen.length - missed)} of ${String(chosen.length)} found\n`)
process.exitCode = missed === 0 ? 0 : 1

async function tryOut(bug: PlantedBug, seeds: number): Promise<Trial> {
  const folder = plant(bug)
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [trialFile, folder, bug.scenario, String(seeds)],
      { timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 },
    )
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Trial
  } catch (error) {
    const { killed, stderr } = error as { killed?: boolean; stderr?: string }
    const what =
      killed === true ? `not done within ${String(LIMIT_MS)} ms` : (stderr ?? String(error))
    return { seed: 0, invariant: 'the simulation runs to its end', what: what.trim().slice(-200) }
  } finally {
    if (!values.keep) uproot(bug)
  }
}
