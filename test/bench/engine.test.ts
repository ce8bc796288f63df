import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import test, { type ExecutionContext } from 'ava'

import { disagreements, isSame } from '../../bench/engine/checks.ts'
import { launchOf, type Setting } from '../../bench/engine/launch.ts'
import { engineRowResults, type EngineResult, type Measured } from '../../bench/engine/result.ts'
import { groups } from '../../bench/engine/rows.ts'
import { runProgram, type ProgramRun } from '../../bench/engine/run-program.ts'
import { lookAtSorted } from '../../bench/engine/sorted.ts'
import { engineMarkdown, engineText } from '../../bench/engine/tables.ts'
import { columnIds, ownColumns } from '../../bench/engine/columns.ts'
import { readOptions } from '../../bench/options.ts'

const run = promisify(execFile)
const folder = async (t: ExecutionContext): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'troupe-bench-test-'))
  t.teardown(() => rm(path, { recursive: true, force: true }))
  return path
}

/** A process that did its work so often, each time in so many ms. */
const did = (name: string, check: string, rssBytes: number, ...times: number[]): ProgramRun => ({
  told: times.map((ms, index) => ({ name, run: index, ms, check })),
  marks: {},
  wallMs: 10,
  cpuMs: 10,
  peakRssBytes: rssBytes,
  load: 0,
  problem: undefined,
})

const counted = (column: Measured['column'], run: ProgramRun): Measured => ({
  group: 'engine-wordcount',
  column,
  run,
})

const measured: readonly Measured[] = [
  counted('ordinary', did('wordcount', '3/9/4', 400e6, 30_000, 18_000, 16_000)),
  counted('recognised', did('wordcount', '3/9/4', 300e6, 6000, 4000)),
  counted('spark', did('wordcount', '3/9/4', 1000e6, 26_000, 20_000)),
  counted('skale', did('wordcount', '3/9/4', 500e6, 44_000)),
]

test('a figure is the warm time, the cold one where there is no other; shares are of Spark', (t) => {
  const [row] = engineRowResults(measured)
  t.is(row?.figures.ordinary?.median, 17)
  t.is(row?.figures.ordinary?.cold, 30)
  t.is(row?.figures.skale?.median, 44)
  t.deepEqual(row?.shares, { ordinary: 0.85, recognised: 0.2, spark: 1, skale: 2.2 })
  t.is(row?.memoryShares.ordinary, 0.4)
  t.deepEqual(
    row?.verdicts.map(({ value, isMet }) => [value, isMet]),
    [
      [0.85, false],
      [0.2, true],
      [0.4, true],
      [0.3, false],
    ],
  )
})

test('what a kill adds is its time without that of the undisturbed run before it', (t) => {
  const { told } = did('undisturbed', '1/1', 0, 9000, 5000, 9500, 6000)
  const kills = did('killed', '1/1', 0, 7000, 7500)
  const both: ProgramRun = { ...kills, told: [...told, ...kills.told] }
  const rows = engineRowResults([{ group: 'engine-recovery', column: 'ordinary', run: both }])
  t.deepEqual(rows[0]?.figures.ordinary?.values, [2, 1.5])
  t.deepEqual(rows[1]?.figures.ordinary?.values, [5, 6])
})

test('results that differ are told of, floats apart by their last digits are not', (t) => {
  t.deepEqual(disagreements(measured), [])
  const other = counted('node', did('wordcount', '3/9/5', 0, 1))
  t.deepEqual(disagreements([...measured, other]), [
    'engine-wordcount: wordcount of Node by hand is 3/9/5, of Troupe, ordinary functions 3/9/4',
  ])
  t.true(isSame('3/4123.123', '3/4123.124'))
  t.false(isSame('3/4123.123', '3/4124'))
  t.true(isSame('3', '3/in order/5'))
  t.false(isSame('3/in order/5', '3/1 out of order/5'))
})

test('the tables show times, shares, memory and what was to be reached', (t) => {
  const result: EngineResult = {
    date: '2026-01-02T03:04:05.000Z',
    scale: 1,
    machine: { cpu: 'a processor', cores: 2, memoryGib: 24, system: 'Linux 6.1' },
    versions: { node: '20.19.0' },
    sparkHeaps: {},
    minutes: 1,
    inputs: ['words'],
    greatestLoad: 0,
    problems: [],
    rows: engineRowResults(measured),
  }
  const text = engineText(result)
  t.true(text.includes('17 [16 … 18], cold 30'))
  t.true(text.includes('recognised ≤ 0.25 × Spark: 0.20 ✓'))
  const markdown = engineMarkdown(result)
  t.true(markdown.includes('| 17 (×0.85), 400 MB | 4 (×0.20), 300 MB | 20, 1000 MB |'))
})

test('options name the rows of the engine, a share of its inputs, and its runtimes', (t) => {
  const { engine, groups: others } = readOptions([
    ...['--rows', 'engine', '--scale=1/8', '--runtimes', 'troupe,spark', '--minutes', '5'],
  ])
  t.deepEqual(others, [])
  t.deepEqual(
    engine.groups,
    groups.map(({ id }) => id),
  )
  t.is(engine.scale, 0.125)
  t.deepEqual(engine.runtimes, ['troupe', 'spark'])
  t.is(engine.minutes, 5)
  t.deepEqual(readOptions(['--rows', 'engine-jobs']).engine.groups, ['engine-sched'])
  t.deepEqual(readOptions(['--rows', 'pingpong']).engine.groups, [])
  t.is(readOptions(['--quick']).engine.scale, 0.125)
  t.throws(() => readOptions(['--scale', '2']), { message: /at most 1/ })
})

test('every row can be measured in a column of ours and, with its jar, in Spark', (t) => {
  const setting: Setting = {
    scale: 1,
    data: 'data',
    work: 'work',
    spark: { home: 'spark', jar: 'bench.jar', heaps: { WordCount: '1g' }, version: '4.3.0' },
    skale: { home: 'skale', program: 'run.cjs', version: '1.2.2' },
  }
  for (const { id } of groups) {
    t.true(
      ownColumns.some((column) => launchOf(id, column, setting)),
      id,
    )
    t.truthy(launchOf(id, 'spark', setting), id)
  }
  const { command } = launchOf('engine-wordcount', 'spark', setting) ?? {}
  t.is(command?.args[command.args.indexOf('--driver-memory') + 1], '1g')
  const without = { ...setting, spark: undefined, skale: undefined }
  t.deepEqual(
    columnIds.filter((column) => launchOf('engine-wordcount', column, without)),
    ['ordinary', 'recognised', 'outside', 'node', 'node-bytes'],
  )
})

const told = (text: string): string => `process.stdout.write(${JSON.stringify(text)} + '\\n')`
const program = (...lines: string[]): { file: string; args: string[] } => ({
  file: process.execPath,
  args: ['-e', lines.join(';')],
})

test('a program is heard to its end: results, marks, and what it used', async (t) => {
  const line = 'RESULT {"name":"x","run":0,"ms":5,"check":"1"}'
  const wait = 'setTimeout(() => {}, 400)'
  const heard = await runProgram(program(told('READY'), told(line), wait), '.', 20_000)
  t.is(heard.problem, undefined)
  t.deepEqual(heard.told, [{ name: 'x', run: 0, ms: 5, check: '1' }])
  t.true((heard.marks['ready'] ?? 0) > 0)
  if (process.platform === 'linux') t.true(heard.peakRssBytes > 10e6)
})

test('a program that fails, or finds no end, is told of with the end of what it said', async (t) => {
  const failed = await runProgram(program(told('no disk'), 'process.exit(3)'), '.', 20_000)
  t.is(failed.problem, 'ended with 3: no disk')
  const late = await runProgram(program(told('busy'), 'setInterval(() => {}, 1e6)'), '.', 1500)
  t.regex(late.problem ?? '', /^no end after 2 s: busy$/)
})

test('sorted parts are looked at: how many records, in which order, and the sum of their numbers', async (t) => {
  const directory = await folder(t)
  const record = (key: string, number: number): string =>
    `${key.padEnd(10)} ${String(number).padStart(16, '0')} `.padEnd(99, 'x') + '\n'
  await writeFile(join(directory, 'part-0'), record('a', 2) + record('b', 1))
  await writeFile(join(directory, 'part-1'), record('c', 4))
  t.is(lookAtSorted(directory), '3/in order/7')
  await writeFile(join(directory, 'part-2'), record('b', 3))
  t.is(lookAtSorted(directory), '4/1 out of order/10')
})

test('inputs are made in the shapes that the programs read, the same each time', async (t) => {
  t.timeout(60_000)
  const [one, two] = [await folder(t), await folder(t)]
  const maker = fileURLToPath(new URL('../../bench/programs/engine-inputs.js', import.meta.url))
  const names = ['words', 'pairs', 'events', 'records', 'points']
  for (const each of [one, two]) await run(process.execPath, [maker, each, '0.0005', ...names])
  const read = (path: string): Promise<string> => readFile(join(one, path), 'latin1')
  const forms: Readonly<Record<string, RegExp>> = {
    'words.txt': /^([a-z]+ ){0,11}[a-z]+$/,
    'pairs.tsv': /^\d+\t\d{1,3}$/,
    'events.tsv': /^\d+\t\d+\t\d+\t\d+$/,
    'campaigns.tsv': /^\d+\tcampaign-\d+\tadv\d+$/,
    'records-1.txt': /^[!-~]{10} \d{16} ([A-Z])\1{70}$/,
    'points.csv': /^(-?\d+\.\d{4},){9}-?\d+\.\d{4}$/,
  }
  for (const [path, form] of Object.entries(forms)) {
    const text = await read(path)
    const lines = text.trimEnd().split('\n')
    t.true(lines.length >= 100, path)
    t.is(
      lines.find((line) => !form.test(line)),
      undefined,
      path,
    )
    t.is(text, await readFile(join(two, path), 'latin1'), path)
  }
  const parts = await readdir(join(one, 'pairs.d'))
  const texts = await Promise.all(parts.sort().map((part) => read(join('pairs.d', part))))
  t.is(parts.length, 8)
  t.is(texts.join(''), await read('pairs.tsv'))
  t.true(texts.every((text) => text.endsWith('\n')))
})
