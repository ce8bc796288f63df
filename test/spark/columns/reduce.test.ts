import test from 'ava'
import fc from 'fast-check'

import type { Batches } from '../../../src/spark/batches/index.ts'
import { columnBatches, type AnyBatch } from '../../../src/spark/batches/index.ts'
import { functionSyntax } from '../../../src/spark/closure/index.ts'
import { ColumnBatch, reduceBatch, type Column } from '../../../src/spark/columns/index.ts'
import { reductionOf } from '../../../src/spark/columns/merge-shapes.ts'
import type { TaskContext } from '../../../src/spark/rdd/index.ts'
import { count } from '../../../src/spark/rdd/actions/row-actions.ts'

type Row = readonly [number, readonly [number, number]]
type Fold = (a: Row, b: Row) => unknown

const folds: readonly Fold[] = [
  (a, b) => [a[0] + b[0], [Math.max(a[1][0], b[1][0]), Math.min(a[1][1], b[1][1])]],
  ([a, [b, c]], [d, [e, f]]) => [Math.min(a, d), [b + e, c + f]],
]

/** Beside the shapes: other places, other lengths, other operations, parameters the other way round. */
const others: readonly ((a: never, b: never) => unknown)[] = [
  (a: Row, b: Row) => [a[0] + b[0]],
  (a: Row, b: Row) => [a[1][0] + b[1][0], [a[0], b[0]]],
  (a: Row, b: Row) => [a[0] - b[0], a[1]],
  (a: Row, b: Row) => [b[0] + a[0], [b[1][0] + a[1][0], b[1][1] + a[1][1]]],
  (a: number, b: number) => [a + b, a + b],
  (a: number, b: number) => (a < b ? a : b),
]

function batch(rows: readonly Row[]): ColumnBatch {
  const column = (values: number[]): Column => ({
    type: 'number',
    values: Float64Array.from(values),
  })
  const columns = [
    column(rows.map(([a]) => a)),
    column(rows.map(([, [b]]) => b)),
    column(rows.map(([, [, c]]) => c)),
  ]
  return new ColumnBatch(rows.length, columns, [0, [1, 2]])
}

const row: fc.Arbitrary<Row> = fc.tuple(fc.double(), fc.tuple(fc.double(), fc.double()))
const rows: fc.Arbitrary<Row[]> = fc.array(row, { minLength: 1 })

test('a reduction of columns is what the function makes of the rows, one after the other', (t) => {
  for (const f of folds) {
    const syntax = functionSyntax(f)
    const reduction = syntax && reductionOf(syntax, new Map())
    if (reduction === undefined) return t.fail(String(f))
    fc.assert(
      fc.property(rows, rows, (first, second) => {
        const one = reduceBatch(reduction, batch(first), undefined, false)
        const both = reduceBatch(reduction, batch(second), one, true)
        const fold = f as (a: Row, b: Row) => Row
        t.deepEqual(one, first.reduce(fold))
        t.deepEqual(both, [...first, ...second].reduce(fold))
      }),
    )
  }
  return undefined
})

test('what a function does beside that leaves it, or the rows, to the function', (t) => {
  const three = batch([[1, [2, 3]]])
  for (const f of others) {
    const syntax = functionSyntax(f)
    const reduction = syntax && reductionOf(syntax, new Map())
    t.is(reduction && reduceBatch(reduction, three, undefined, false), undefined, String(f))
  }
  const shadowed = functionSyntax(folds[0] as never)
  t.is(shadowed && reductionOf(shadowed, new Map([['Math', {}]])), undefined)
})

test('columns are counted as they are', async (t) => {
  const batches: AnyBatch<Row>[] = [batch([[1, [2, 3]]]), [], [[1, [2, 3]]], batch([])]
  let at = 0
  const source: Batches<Row> = columnBatches(() => batches[at++])
  const context = { throwIfCancelled: () => {} } as unknown as TaskContext
  t.is(await count(source, context), 2)
})
