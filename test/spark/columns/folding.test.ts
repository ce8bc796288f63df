import { runInThisContext } from 'node:vm'

import test from 'ava'
import fc from 'fast-check'

import { rememberNames } from '../../../src/spark/closure/captured-names.ts'
import {
  ColumnBatch,
  ColumnCombiner,
  type Column,
  type Merging,
} from '../../../src/spark/columns/index.ts'
import { recogniseCombining } from '../../../src/spark/columns/recognition.ts'
import { mergingOf } from '../../../src/spark/shuffle/index.ts'
import { drained } from './drained.ts'
import { textColumn } from './text-column.ts'

type Value = readonly [string, number]
type Pair = readonly [unknown, unknown]
type UserFunction = (...args: unknown[]) => unknown

/** Made again from its source, as on an executor, where what it names is known. */
function made(source: string): UserFunction {
  const f = runInThisContext(`(${source})`) as UserFunction
  rememberNames(f, [], [])
  return f
}

const taken = fc.constantFrom(
  ...['v[1]', 'v[0].length', '1', '2.5', 'v[1] * 2', 'Number(v[0])', "v[0].indexOf('a')", '-0'],
  ...['v[0]', 'v', 'v[1] + 1', "'x'", 'v[2]', 'a', 'null', 'parseFloat(v[0])'],
)

/** Sources of one place of a combiner: those that are recognised and those beside them. */
function place(combiner: string): fc.Arbitrary<{ readonly fold: string; readonly merge: string }> {
  const [left, right] = [combiner, combiner.replace('a', 'b')]
  return fc
    .tuple(
      taken,
      fc.constantFrom('_ + $', '$ + _', 'Math.max(_, $)', 'Math.min($, _)', '_ - $', '_'),
      fc.constantFrom('_ + $', '_ + $', 'Math.max(_, $)', 'Math.min(_, $)', '$ + _'),
      fc.boolean(),
    )
    .map(([of, fold, other, isOther]) => {
      const merge = isOther ? other : fold === '$ + _' ? '_ + $' : fold.replace('($, _)', '(_, $)')
      const filled = (form: string, side: string): string =>
        form.replace('_', () => left).replace('$', () => side)
      return { fold: filled(fold, of), merge: filled(merge, right) }
    })
}

const functions = fc.oneof(
  place('a').map(({ fold, merge }) => ({ fold, merge, places: 0 })),
  fc.tuple(place('a[0]'), place('a[1]')).map((places) => ({
    fold: `[${places.map(({ fold }) => fold).join(', ')}]`,
    merge: `[${places.map(({ merge }) => merge).join(', ')}]`,
    places: 2,
  })),
)
const number = fc.constantFrom(0, 0, -0, Infinity, -Infinity, 5, NaN)
const zero = fc.oneof(number, fc.array(number, { minLength: 1, maxLength: 3 }))

const text = fc.constantFrom('', 'a', 'ba', 'é', '12', '1.5e3', 'no number', 'longer than a head')
const value: fc.Arbitrary<Value> = fc.tuple(text, fc.constantFrom(0, -0, 1, -7, 0.1, 1e300, NaN))
const keys = fc.oneof(fc.constant('texts' as const), fc.constant('integers' as const))
const rows = fc.array(fc.tuple(fc.nat({ max: 5 }), value), { maxLength: 12 })

function columnsOf(pairs: readonly (readonly [number, Value])[], kind: string): ColumnBatch {
  const key: Column =
    kind === 'texts'
      ? textColumn(pairs.map(([each]) => `k${each}`))
      : { type: 'number', values: Float64Array.from(pairs, ([each]) => each) }
  const numbers = Float64Array.from(pairs, ([, [, each]]) => each)
  const columns = [
    key,
    textColumn(pairs.map(([, [each]]) => each)),
    { type: 'number', values: numbers },
  ]
  return new ColumnBatch(pairs.length, columns as Column[], [0, [1, 2]])
}

/** What the functions make of the rows of some map tasks, each in batches. */
function plainly(
  tasks: readonly (readonly Pair[])[],
  create: UserFunction,
  fold: UserFunction,
  merge: UserFunction,
): Map<unknown, unknown> {
  const merged = new Map<unknown, unknown>()
  for (const task of tasks) {
    const combiners = new Map<unknown, unknown>()
    for (const [key, each] of task) {
      combiners.set(key, combiners.has(key) ? fold(combiners.get(key), each) : create(each))
    }
    for (const [key, each] of combiners) {
      merged.set(key, merged.has(key) ? merge(merged.get(key), each) : each)
    }
  }
  return merged
}

/** The same on columns; undefined where these decline a batch. */
function byColumns(
  tasks: readonly (readonly ColumnBatch[])[],
  merging: Merging,
): Map<unknown, unknown> | undefined {
  const reducer = new ColumnCombiner(merging, 'reduce')
  for (const task of tasks) {
    const combiner = new ColumnCombiner(merging, 'map')
    for (const batch of task) if (!combiner.add(batch)) return undefined
    for (const batch of combiner.drain(3)) if (!reducer.add(batch)) return undefined
  }
  return new Map(drained(reducer, 2) as Pair[] as [unknown, unknown][])
}

function inOrder(combiners: ReadonlyMap<unknown, unknown>): unknown[] {
  return [...combiners].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
}

test('any functions that combine give on columns what they give on rows', (t) => {
  let count = 0
  const input = fc.array(fc.array(rows, { maxLength: 3 }), { maxLength: 3 })
  fc.assert(
    fc.property(functions, fc.option(zero), keys, input, (sources, begin, kind, tasks) => {
      const { fold, merge, places } = sources
      const mergeValue = made(`(a, v) => ${fold}`)
      const mergeCombiners = made(`(a, b) => ${merge}`)
      // Without a zero: the first value as a combiner, of just what is taken of all others.
      const first = fold.replaceAll(/a(\[\d\])? \+ | \+ a(\[\d\])?/g, '')
      const createCombiner = begin === null ? made(`(v) => ${first}`) : mergeValue
      const zeroOf = begin === null ? {} : { zero: begin }
      const functionsOf = { createCombiner, mergeValue, mergeCombiners, ...zeroOf }
      const merging = recogniseCombining(functionsOf)
      if (merging === undefined) return
      t.true(begin === null || Array.isArray(begin) === places > 0)
      const created = byColumns(
        tasks.map((task) => task.filter((b) => b.length > 0).map((b) => columnsOf(b, kind))),
        merging,
      )
      if (created === undefined) return
      const named = (key: number): unknown => (kind === 'texts' ? `k${key}` : key)
      const plain = plainly(
        tasks.map((task) => task.flat().map(([key, each]): Pair => [named(key), each])),
        begin === null ? createCombiner : (each) => mergeValue(structuredClone(begin), each),
        mergeValue,
        mergeCombiners,
      )
      count += plain.size
      t.deepEqual(
        inOrder(created),
        inOrder(plain),
        `${fold} | ${merge} | ${String(begin)} | ${first}`,
      )
    }),
    { numRuns: 6000 },
  )
  t.true(count > 200, `${count}`)
})

test('what combiners are, and what is left to the functions, can be told', (t) => {
  const sum = made('(a, v) => a + v')
  const pair = made('([n, s], v) => [n + 1, s + v]')
  const pairs = made('([a, b], [c, d]) => [a + c, b + d]')
  const of = (
    createCombiner: UserFunction,
    mergeValue: UserFunction,
    mergeCombiners: UserFunction,
    more: object = {},
  ): Merging | undefined =>
    mergingOf({
      type: 'combine',
      isMapSide: true,
      createCombiner,
      mergeValue,
      mergeCombiners,
      ...more,
    })
  t.is(of(sum, sum, sum, { zero: 0 })?.prepare, undefined)
  t.truthy(of(made('(v) => [1, v]'), pair, pairs)?.prepare)
  t.truthy(of(pair, pair, pairs, { zero: [0, 0] }))
  const left = [
    of(sum, sum, sum, { zero: 1 }),
    of(sum, sum, sum, { zero: [0] }),
    of(pair, pair, pairs, { zero: [0] }),
    of(pair, pair, sum, { zero: [0, 0] }),
    of(made('(v) => [v, 1]'), pair, pairs),
    of(made('(v) => [1, v]'), pair, pairs, { isMapSide: false }),
    of(sum, made('(a, v) => a + a'), sum, { zero: 0 }),
    of(sum, made('async (a, v) => a + v'), sum, { zero: 0 }),
  ]
  t.deepEqual(
    left,
    left.map(() => undefined),
  )
})
