/**
 * `npm run bench`: measures Troupe and its peers side by side, prints the table and writes it as JSON.
 *
 * Every figure comes from a process of its own, which warms up first. The runs are interleaved: in each run
 * the runtimes take turns row by row, and another one begins each time, so that a slow minute of the machine
 * falls on all of them. docs/benchmarks.md says what the rows measure and what limits them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { runEngine } from './engine/run-engine.ts'
import type { EngineResult } from './engine/result.ts'
import { searchSparkHeaps } from './engine/spark-heaps.ts'
import { engineMarkdown } from './engine/tables.ts'
import { describeMachine, nodeVersions } from './machine.ts'
import { freePort, measure } from './measure.ts'
import { USAGE, readOptions } from './options.ts'
import type { Options } from './options.ts'
import { findErlang, findPekko } from './peers.ts'
import type { Sample } from './programs/harness.ts'
import { rowResults } from './result.ts'
import type { Result } from './result.ts'
import type { RuntimeId } from './rows.ts'
import { isBuilt, runtimesWith } from './runtimes.ts'
import type { Runtime } from './runtimes.ts'
import { markdownTables, plainTables } from './tables.ts'

const QUICK_SCALE = 0.1
const RESULTS = 'bench/results'

const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`)

async function main(options: Options): Promise<void> {
  if (options.wantsHelp) {
    process.stdout.write(USAGE)
    return
  }
  if (options.markdown !== undefined) {
    const result = JSON.parse(readFileSync(options.markdown, 'utf8')) as Result | EngineResult
    const text = 'inputs' in result ? engineMarkdown(result) : markdownTables(result)
    process.stdout.write(`${text}\n`)
    return
  }
  if (options.searchesHeaps) return searchSparkHeaps(options.engine, say)
  if (options.groups.length > 0) await runActors(options)
  if (options.engine.groups.length > 0) {
    const out = options.groups.length > 0 ? undefined : options.out
    await runEngine({ ...options.engine, out, say })
  }
}

/** The rows of the runtime and of the cluster manager. */
async function runActors(options: Options): Promise<void> {
  const wants = (id: RuntimeId): boolean => options.runtimes.includes(id)
  const pekko = wants('pekko') ? findPekko(say) : { missing: undefined }
  const erlang = wants('erlang') ? findErlang(say) : { missing: undefined }
  const missing = [pekko.missing, erlang.missing].filter((line) => line !== undefined)
  missing.forEach(say)
  const peers = {
    pekko: 'peer' in pekko ? pekko.peer : undefined,
    erlang: 'peer' in erlang ? erlang.peer : undefined,
  }
  const runtimes = Object.entries(runtimesWith(peers)).filter(([id]) => wants(id as RuntimeId))
  const startedMs = Date.now()
  const { samples, load, problems } = await measureAll(options, runtimes)
  const result: Result = {
    date: new Date(startedMs).toISOString(),
    runs: options.runs,
    isQuick: options.isQuick,
    machine: describeMachine(),
    versions: {
      ...nodeVersions(),
      ...(peers.pekko && { pekko: peers.pekko.version }),
      ...(peers.erlang && { erlang: peers.erlang.version }),
    },
    minutes: Math.round((Date.now() - startedMs) / 6_000) / 10,
    load,
    missing: [...missing, ...problems],
    rows: rowResults(samples),
  }
  process.stdout.write(`\n${plainTables(result)}\n`)
  if (options.isQuick) say('this was a quick run: its figures tell nothing about speed')
  say(`measured in ${String(result.minutes)} minutes`)
  write(options, result)
}

async function measureAll(
  options: Options,
  runtimes: readonly (readonly [string, Runtime])[],
): Promise<{ samples: Sample[]; load: number[]; problems: string[] }> {
  const samples: Sample[] = []
  const load: number[] = []
  const problems: string[] = []
  const scale = options.isQuick ? QUICK_SCALE : 1
  const port = await freePort()
  for (let run = 0; run < options.runs; run++) {
    load.push(Math.round((loadavg()[0] ?? 0) * 100) / 100)
    say(`run ${String(run + 1)} of ${String(options.runs)}`)
    for (const group of options.groups) {
      for (const [id, runtime] of rotated(runtimes, run)) {
        const measurement = runtime(group, port, scale)
        if (measurement === undefined || !isBuilt(measurement.command)) continue
        const measured = await measure(measurement)
        samples.push(...measured.samples)
        if (measured.problem === undefined) continue
        // The result is for everybody: it names no folder of this machine.
        const problem = `${id}, ${group}: ${measured.problem.replaceAll(process.cwd(), '.')}`
        if (!problems.includes(problem)) problems.push(problem)
        say(problem)
      }
    }
  }
  return { samples, load, problems }
}

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const at = by % Math.max(1, list.length)
  return [...list.slice(at), ...list.slice(0, at)]
}

/** The latest result of a whole run is kept under two names, also for the README's table. */
function write(options: Options, result: Result): void {
  const text = `${JSON.stringify(result, undefined, 2)}\n`
  const isWhole = !options.isQuick && options.runs >= 7
  const dated = `${RESULTS}/${result.date.slice(0, 10)}.json`
  const paths = options.out ? [options.out] : isWhole ? [dated, `${RESULTS}/latest.json`] : []
  if (paths.length === 0) return say('not written: fewer than 7 whole runs (--out FILE writes any)')
  mkdirSync(RESULTS, { recursive: true })
  for (const path of paths) writeFileSync(path, text)
  say(`written to ${paths.join(' and ')}`)
}

let options: Options | undefined
try {
  options = readOptions(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  process.exitCode = 2
}
if (options !== undefined) await main(options)
