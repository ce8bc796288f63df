import test from 'ava'

import { USAGE, readOptions } from '../../bench/options.ts'
import type { Sample } from '../../bench/programs/harness.ts'
import { rowResults } from '../../bench/result.ts'
import type { Result } from '../../bench/result.ts'
import { median, percentile, spread } from '../../bench/statistics.ts'
import { markdownTables, plainTables } from '../../bench/tables.ts'
import { short } from '../../bench/verdicts.ts'

const samples = (runtime: string, row: string, ...values: number[]): readonly Sample[] =>
  values.map((value) => ({ runtime, row, value }))

const resultOf = (...found: (readonly Sample[])[]): Result => ({
  date: '2026-01-02T03:04:05.000Z',
  runs: 3,
  isQuick: false,
  machine: { cpu: 'a processor', cores: 2, memoryGib: 24, system: 'Linux 6.1' },
  versions: { node: '20.19.0' },
  minutes: 1,
  load: [0, 0, 0],
  missing: [],
  rows: rowResults(found.flat()),
})

test('the median is the value in the middle, or the mean of the two there', (t) => {
  t.is(median([3, 1, 2]), 2)
  t.is(median([4, 1, 2, 3]), 2.5)
  t.is(percentile([5, 1, 4, 2, 3], 0.5), 3)
  t.deepEqual(spread([2, 9, 4]), { median: 4, min: 2, max: 9, values: [2, 9, 4] })
})

test('a ratio is ours over the peer, and the other way round where less is better', (t) => {
  const [pingpong, bytes] = resultOf(
    samples('troupe', 'pingpong', 30, 20, 40),
    samples('nact', 'pingpong', 1, 2, 4),
    samples('troupe', 'bytes', 400),
    samples('nact', 'bytes', 1200),
  ).rows
  t.deepEqual(pingpong?.ratios.nact, { ofMedians: 15, paired: 10 })
  t.is(bytes?.ratios.nact?.ofMedians, 3)
})

test('a target is met or missed by the medians, and open when a side is missing', (t) => {
  const [pingpong, , tcp] = resultOf(
    samples('troupe', 'pingpong', 9),
    samples('pekko', 'pingpong', 6),
    samples('troupe', 'bytes', 501),
    samples('pekko', 'tcp-oneway', 100),
  ).rows
  t.deepEqual(
    pingpong?.verdicts.map(({ target, value, isMet }) => [target, value, isMet]),
    [
      ['≥ 1.5 × Pekko', 1.5, true],
      ['≥ 20 × nact', undefined, undefined],
    ],
  )
  t.true(tcp?.verdicts.every(({ isMet }) => isMet === undefined))
})

test("a peer's second way of doing a thing stands beside our figure for the first", (t) => {
  const results = resultOf(samples('troupe', 'crash', 8), samples('erlang', 'crash-otp', 2)).rows
  t.deepEqual(
    results.map(({ row, ratios }) => [row, ratios.erlang?.ofMedians]),
    [
      ['crash', undefined],
      ['crash-otp', 4],
    ],
  )
})

test('the tables show each figure with its ratio, and what was to be reached', (t) => {
  const result = resultOf(
    samples('troupe', 'pingpong', 12_000_000, 13_100_000, 14_000_000),
    samples('nact', 'pingpong', 400_000, 500_000, 600_000),
  )
  const plain = plainTables(result)
  t.true(plain.includes('13.1M [12M … 14M]'))
  t.true(plain.includes('500k [400k … 600k] (×26.2)'))
  t.true(plain.includes('≥ 20 × nact: 26.2 ✓'))
  const markdown = markdownTables(result)
  t.true(markdown.includes('| one thread | Troupe | nact | to reach |'))
  t.true(markdown.includes('| round trips, same thread, /s | 13.1M | 500k (×26.2) |'))
})

test('figures are written in a few characters', (t) => {
  t.deepEqual([13_140_000, 447.5, 0.9841, 12_345, 0.0004, 2_000_000, 59.82].map(short), [
    ...['13.1M', '448', '0.98', '12.3k', '0.0004', '2M', '59.8'],
  ])
})

test('options name rows, groups of rows and runtimes that exist', (t) => {
  const options = readOptions(['--rows', 'bytes,tcp', '--runtimes', 'erlang,troupe', '--runs', '9'])
  t.deepEqual(options.groups, ['spawn', 'tcp'])
  t.deepEqual(options.runtimes, ['troupe', 'erlang'])
  t.is(options.runs, 9)
  t.is(readOptions(['--quick']).runs, 1)
  t.true(readOptions(['--help']).wantsHelp)
  t.false(readOptions([]).wantsHelp)
  for (const option of ['--runs', '--rows', '--runtimes', '--out', '--markdown', '--help']) {
    t.true(USAGE.includes(option))
  }
  t.throws(() => readOptions(['--rows', 'nothing']), { message: /no row 'nothing'/ })
  t.throws(() => readOptions(['--runs', '0']), { message: /whole number/ })
})
