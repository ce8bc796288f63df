/**
 * What CI simulates: first the past failures (`simulate-past.json`), seed by seed, then so many seeds of each scenario
 * as no commit before this one had. Two runs of one commit simulate the same: `node scripts/simulate-ci.mjs [factor]`
 * runs that many times the seeds, 1 by default. A failing seed fails the run; its report ends with the command
 * line that shows it again.
 */
import { availableParallelism, tmpdir } from 'node:os'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { readJson } from './files.mjs'
import { prepare } from './prepare.mjs'
import { Stop, root, run, runEntry, say, since } from './steps.mjs'

/** Seeds of one run of CI are drawn from here on, below 2^45. */
const FRESH = 1_000_000

/** How many seeds of a scenario, so that each takes about half a minute of one core; of others `DEFAULT_SEEDS`. */
const SEEDS = /** @type {Readonly<Record<string, number>>} */ ({
  bank: 900,
  family: 900,
  cluster: 120,
  fleet: 120,
  shuffle: 120,
  barrier: 60,
  allocation: 40,
  stragglers: 40,
  tasks: 20,
  columns: 60,
  partition: 60,
  masters: 30,
  ingest: 120,
  profiles: 40,
  throttler: 40,
})
const DEFAULT_SEEDS = 100

/**
 * @typedef {{ scenario: string, seed: number, faults?: unknown, what: string }} PastFailure
 * `faults` as its report printed them: the seed alone would draw others once the program has changed
 */

const main = join(root, 'build', 'src', 'cli', 'main.js')

/** @param {readonly string[]} args */
const simulate = (args) =>
  run(process.execPath, ['--enable-source-maps', main, 'simulate', ...args], { quiet: true })

/** @returns {Promise<readonly string[]>} */
const scenarioNames = async () => {
  const { code, output } = await simulate(['--list'])
  if (code !== 0) throw new Stop(`troupe simulate --list failed:\n${output}`)
  return output
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
}

/** A start that no other commit has. */
const freshSeed = async () => {
  const { output } = await run('git', ['rev-parse', 'HEAD'], { quiet: true })
  const commit = Number.parseInt(output.trim().slice(0, 8), 16) || 0
  return FRESH + commit * 8192
}

/** @param {readonly PastFailure[]} past @param {string} folder */
const pastOnes = (past, folder) =>
  past.map(({ scenario, seed, faults, what }, at) => {
    const args = [scenario, '--seed', String(seed)]
    if (faults !== undefined) {
      const file = join(folder, `past-${at}.json`)
      writeFileSync(file, JSON.stringify(faults))
      args.push('--faults', file)
    }
    return { name: `${scenario}, seed ${seed} (${what})`, args }
  })

await runEntry(async () => {
  await prepare()
  const factor = Number(process.argv[2] ?? 1)
  if (!(factor > 0)) throw new Stop(`'${process.argv[2]}' is no factor, such as 0.5 or 10`)
  const startedMs = Date.now()
  const folder = mkdtempSync(join(tmpdir(), 'troupe-simulate-'))
  const names = await scenarioNames()
  const past = /** @type {readonly PastFailure[]} */ (
    readJson(join(root, 'scripts', 'simulate-past.json')) ?? []
  )
  const workers = Math.min(2, availableParallelism())
  const known = pastOnes(past, folder)
  const from = await freshSeed()
  /** @type {string[]} */
  const failed = []

  /** @param {{ name: string, args: readonly string[] }[]} jobs */
  const work = async (jobs) => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const { code, output } = await simulate(job.args)
      const lines = output.trim().split('\n')
      if (code === 0) say(`held: ${job.name}: ${lines.at(-1) ?? ''}`)
      else {
        failed.push(job.name)
        process.stdout.write(`\n${output.trim()}\n\n`)
      }
    }
  }
  const inParallel = (/** @type {{ name: string, args: readonly string[] }[]} */ jobs) =>
    Promise.all(Array.from({ length: workers }, () => work(jobs)))
  await inParallel([...known])
  const seeds = (/** @type {string} */ name) =>
    String(Math.ceil((SEEDS[name] ?? DEFAULT_SEEDS) * factor))
  await inParallel(
    names.map((name) => ({
      name: `${name}, ${seeds(name)} fresh seeds`,
      args: [name, '--from', String(from), '--seeds', seeds(name)],
    })),
  )
  rmSync(folder, { recursive: true, force: true })
  say(
    failed.length === 0
      ? `simulation held in ${since(startedMs)}`
      : `simulation found something: ${failed.join('; ')}`,
  )
  return failed.length === 0 ? 0 : 1
})
