import { Command, InvalidArgumentError } from '../command-line.ts'
import { simulate } from '../../actors/testkit/index.ts'
import { isTroupeError, type Environment } from '../../platform/index.ts'
import { scenarios } from '../scenarios/index.ts'
import { findScenario } from '../simulation/find-scenario.ts'
import { readFaults } from '../simulation/read-faults.ts'
import { failurePage, failureText, heldLine, stackOf, type Failure } from '../simulation/report.ts'
import { examine, runSeeds, type NamedScenario } from '../simulation/run-seeds.ts'
import type { CommandFactory } from './command.ts'
import { wholeNumber } from './node-flags.ts'

interface SimulateFlags {
  readonly seed?: number
  readonly seeds?: number
  readonly from: number
  readonly for?: number
  readonly faults?: string
  readonly html?: string
  readonly steps: number
  readonly trace: boolean
  readonly list: boolean
}

const MAX_SEED = Number.MAX_SAFE_INTEGER
const DEFAULT_SEEDS = 100

/** `troupe simulate <scenario>`: a whole system under seeds, while things go wrong. */
export const simulateCommand: CommandFactory = (environment, finish) =>
  new Command('simulate')
    .description(
      'run a scenario under seeds, in one thread and virtual time, while things go wrong',
    )
    .argument('[scenario]', 'a name (--list), or the path of a module that exports a Scenario')
    .option('--list', 'print the scenarios that are known by name', false)
    .option(
      '--seed <n>',
      'run this seed only, and tell all about it',
      wholeNumber('seed', 0, MAX_SEED),
    )
    .option(
      '--seeds <n>',
      'how many seeds to run; 100 without --for',
      wholeNumber('seeds', 1, MAX_SEED),
    )
    .option('--from <n>', 'the first of them', wholeNumber('from', 0, MAX_SEED), 1)
    .option('--for <time>', 'how long to run seeds, such as 90s or 5m', duration)
    .option(
      '--faults <file>',
      'with --seed: these faults, as a report prints them, in place of the drawn',
    )
    .option('--html <file>', 'write a page about the seed that failed')
    .option(
      '--steps <n>',
      'last steps to print of a failing seed',
      wholeNumber('steps', 1, 4_000),
      60,
    )
    .option('--trace', 'with --seed: print the whole trace', false)
    .action(async (name: string | undefined, flags: SimulateFlags, command: Command) => {
      const { stdout } = environment.processes
      if (flags.list) {
        for (const { name, description } of scenarios) stdout.write(`${name}  ${description}\n`)
        return
      }
      if (name === undefined) {
        command.error("error: missing required argument 'scenario' (or --list)", { exitCode: 2 })
        return
      }
      const misused = misusedFlag(flags, command)
      if (misused !== undefined) {
        command.error(`error: ${misused}`, { exitCode: 2 })
        return
      }
      let failure: Failure | undefined
      try {
        const scenario = await findScenario(environment, name)
        failure =
          flags.seed === undefined
            ? await manySeeds(environment, { name, scenario }, flags)
            : await oneSeed(environment, { name, scenario }, flags.seed, flags)
      } catch (error) {
        if (!isTroupeError(error)) throw error
        // What was asked for can't be run, or fails without any fault: one line, and where it comes from.
        const text = [`troupe: ${error.message} (${error.code})`, ...stackOf(error.cause)]
        environment.processes.stderr.write(`${text.join('\n')}\n`)
        finish(error.code === 'TROUPE_SIMULATION_TWIN' ? 1 : 2)
        return
      }
      if (failure === undefined) return
      stdout.write(`${failureText(failure, flags.steps)}\n`)
      if (flags.html !== undefined) {
        const page = new TextEncoder().encode(failurePage(failure))
        await environment.disk.writeFile(flags.html, page)
        stdout.write(`Drawn: ${flags.html}\n`)
      }
      finish(1)
    })

/** A flag that would be of no effect. */
function misusedFlag({ seed }: SimulateFlags, command: Command): string | undefined {
  const isGiven = (flag: string): boolean => command.getOptionValueSource(flag) === 'cli'
  if (seed === undefined) {
    const alone = ['faults', 'trace'].find(isGiven)
    return alone && `--${alone} needs --seed: it is about one run`
  }
  const many = ['seeds', 'from', 'for'].find(isGiven)
  return many && `--${many} does not go with --seed, which runs one seed`
}

async function oneSeed(
  environment: Environment,
  named: NamedScenario,
  seed: number,
  flags: SimulateFlags,
): Promise<Failure | undefined> {
  const { stdout } = environment.processes
  const faults =
    flags.faults === undefined ? undefined : await readFaults(environment.disk, flags.faults)
  const result = await simulate(seed, named.scenario, {
    ...(faults === undefined ? {} : { faults }),
    ...(flags.trace ? { onLine: (line) => stdout.write(`${line}\n`) } : {}),
  })
  if (result.verdict === 'violated') return examine(named, result)
  stdout.write(`${heldLine(result)}\n`)
  for (const { atMs, what } of result.injected)
    stdout.write(`  at ${atMs.toFixed(1)} ms: ${what}\n`)
  return undefined
}

async function manySeeds(
  environment: Environment,
  named: NamedScenario,
  { from, seeds, for: forMs }: SimulateFlags,
): Promise<Failure | undefined> {
  const { stdout, stderr } = environment.processes
  const range = {
    from,
    seeds: seeds ?? (forMs === undefined ? DEFAULT_SEEDS : Number.POSITIVE_INFINITY),
    forMs: forMs ?? Number.POSITIVE_INFINITY,
  }
  const { done, seedsPerMinute, failure, aim } = await runSeeds(
    named,
    range,
    environment.clock,
    (progress) => {
      const rate = progress.seedsPerMinute.toFixed(0)
      stderr.write(`${named.name}: ${progress.done} seeds held, ${rate} a minute\n`)
    },
  )
  const held = failure === undefined ? done : done - 1
  stdout.write(
    `${named.name}: ${held} seeds held, from ${from} on, ${seedsPerMinute.toFixed(0)} a minute\n`,
  )
  for (const line of aim.lines()) stdout.write(`${line}\n`)
  return failure
}

/** `90s`, `5m`, `2h` or `500ms`; milliseconds. */
function duration(text: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? []
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
  if (count === undefined || unit === undefined) {
    throw new InvalidArgumentError('give a number with ms, s, m or h, such as 5m')
  }
  return Number(count) * (units[unit] ?? 1)
}
