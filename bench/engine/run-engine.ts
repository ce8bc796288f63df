import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMachine, nodeVersions } from '../machine.ts'
import { short } from '../verdicts.ts'
import { disagreements } from './checks.ts'
import { columnIds, columns, type EngineRuntime } from './columns.ts'
import { makeInputs } from './inputs.ts'
import { launchOf, outputOf, type Setting } from './launch.ts'
import { findSkale, findSpark } from './peers.ts'
import { engineRowResults, type EngineResult, type Measured } from './result.ts'
import { groups, type EngineGroup } from './rows.ts'
import { runProgram, type ProgramRun } from './run-program.ts'
import { lookAtSorted } from './sorted.ts'
import { engineText } from './tables.ts'

export interface EngineOptions {
  readonly groups: readonly string[]
  readonly runtimes: readonly EngineRuntime[]
  /** Of the inputs: 1 is the whole. */
  readonly scale: number
  /** How often each process is started; processes do their work several times by themselves. */
  readonly rounds: number
  /** After so many minutes no further row is begun. */
  readonly minutes: number
  readonly out: string | undefined
  readonly say: (line: string) => void
}

const RESULT = 'bench/results/engine.json'
/** Longer than any process takes at the whole size. */
const DEADLINE_MS = 240_000

/** Measures the engine's rows. What is found is written as soon as it is; a peer that fails is told of and left out. */
export async function runEngine(options: EngineOptions): Promise<void> {
  const { say, scale } = options
  const wanted = groups.filter(({ id }) => options.groups.includes(id))
  const inputs = [...new Set(wanted.flatMap((group) => group.inputs))]
  const data = makeInputs(scale, inputs, say)
  const problems: string[] = []
  const spark = options.runtimes.includes('spark') ? await findSpark(say) : undefined
  const skale = options.runtimes.includes('skale') ? await findSkale() : undefined
  for (const found of [spark, skale]) {
    if (found === undefined || !('missing' in found)) continue
    say(found.missing)
    problems.push(found.missing)
  }
  if (spark !== undefined && 'peer' in spark && Object.keys(spark.peer.heaps).length === 0) {
    problems.push(
      "Spark's heaps were not searched for (--spark-heaps): it has 4 GB, its memory says little",
    )
  }
  const work = mkdtempSync(join(tmpdir(), 'troupe-bench-'))
  const setting: Setting = {
    scale,
    data,
    work,
    spark: spark && 'peer' in spark ? spark.peer : undefined,
    skale: skale && 'peer' in skale ? skale.peer : undefined,
  }
  const startedMs = Date.now()
  const minutes = (): number => Math.round((Date.now() - startedMs) / 6_000) / 10
  const measured: Measured[] = []
  const result = (): EngineResult => ({
    date: new Date(startedMs).toISOString(),
    scale,
    machine: describeMachine(),
    versions: {
      ...nodeVersions(),
      ...(setting.spark && { spark: setting.spark.version }),
      ...(setting.skale && { skale: setting.skale.version }),
    },
    sparkHeaps: setting.spark?.heaps ?? {},
    minutes: minutes(),
    inputs,
    greatestLoad: Math.max(0, ...measured.map(({ run }) => run.load)),
    problems,
    rows: engineRowResults(measured),
  })
  try {
    for (const group of wanted) {
      if (minutes() >= options.minutes) {
        problems.push(`${group.id} was left out: ${String(options.minutes)} minutes were over`)
        continue
      }
      await measureGroup(group, options, setting, (found, problem) => {
        if (found !== undefined) measured.push(found)
        if (problem !== undefined) tell(problem)
        write(options, result())
      })
      for (const text of disagreements(measured.filter((each) => each.group === group.id))) {
        tell(text)
      }
      write(options, result())
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  process.stdout.write(`\n${engineText(result())}\n\n`)
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  say(`the engine was measured in ${String(minutes())} minutes`)

  function tell(text: string): void {
    // The result is for everybody: it names no folder of this machine.
    const problem = text
      .replaceAll(process.cwd(), '.')
      .replaceAll(work, '<work>')
      .replaceAll(data, '<data>')
    if (!problems.includes(problem)) problems.push(problem)
    say(problem)
  }
}

type Report = (found: Measured | undefined, problem: string | undefined) => void

async function measureGroup(
  group: EngineGroup,
  options: EngineOptions,
  setting: Setting,
  report: Report,
): Promise<void> {
  for (let round = 0; round < options.rounds; round += 1) {
    const ids = columnIds.filter((id) => options.runtimes.includes(columns[id].runtime))
    // Another column begins each round.
    for (const column of [...ids.slice(round % ids.length), ...ids.slice(0, round % ids.length)]) {
      const launch = launchOf(group.id, column, setting)
      for (let process = 0; process < (launch?.processes ?? 0); process += 1) {
        if (launch === undefined) break
        emptied(setting.work)
        const run = looked(await runProgram(launch.command, setting.work, DEADLINE_MS), setting)
        options.say(`${group.id}, ${columns[column].title}: ${summary(run)}`)
        const problem = run.problem && `${group.id}, ${columns[column].title}: ${run.problem}`
        report({ group: group.id, column, run }, problem)
        if (run.problem !== undefined) break
      }
    }
  }
}

function emptied(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
}

/** A program that has sorted says only that it has written; what, is looked at here. */
function looked(run: ProgramRun, setting: Setting): ProgramRun {
  if (run.problem !== undefined || !run.told.some(({ check }) => check === 'written')) return run
  const check = lookAtSorted(outputOf(setting))
  const told = run.told.map((each) => (each.check === 'written' ? { ...each, check } : each))
  return { ...run, told }
}

function summary({ told, marks, wallMs, peakRssBytes }: ProgramRun): string {
  const times = told.map(({ name, ms }) => `${name} ${short(ms)} ms`)
  const points = Object.entries(marks).map(([name, ms]) => `${name} ${short(ms)} ms`)
  return [...points, ...times, `${short(wallMs / 1000)} s, ${short(peakRssBytes / 1e6)} MB`].join(
    ', ',
  )
}

/** The result of the whole is kept; others only where they are asked for. */
function write({ scale, out }: EngineOptions, result: EngineResult): void {
  const path = out ?? (scale === 1 ? RESULT : undefined)
  if (path !== undefined) writeFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`)
}
