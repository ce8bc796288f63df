import test from 'ava'
import fc from 'fast-check'
import { runInThisContext } from 'node:vm'

import { functionSyntax } from '../../../src/spark/closure/index.ts'
import { ColumnBatch, decodeColumns, encodeColumns } from '../../../src/spark/columns/index.ts'
import {
  filterKernel,
  keyByKernel,
  partsKernel,
  projectionKernel,
  type Kernel,
} from '../../../src/spark/columns/kernels.ts'
import { partsOfFunction, predicateOf, projectionOf } from '../../../src/spark/columns/shapes.ts'
import { textColumn } from './text-column.ts'

/** The sources of the values that a function may use, and what names its parameter. */
interface Atoms {
  readonly kind: string
  readonly parameter: string
  readonly texts: readonly string[]
  readonly numbers: readonly string[]
}

const OF_TEXTS: Atoms = { kind: 'texts', parameter: 'row', texts: ['row'], numbers: ['1'] }
const OF_PAIRS: readonly Atoms[] = [
  { kind: 'pairs taken apart', parameter: '[k, v]', texts: ['k'], numbers: ['v'] },
  { kind: 'pairs', parameter: 'row', texts: ['row[0]'], numbers: ['row[1]'] },
]

const needle = fc.constantFrom("','", "' '", "'ab'", "''", "'é'", "'\\ud83d'", "'\\ufffd'", '`a`')
const place = fc.constantFrom('0', '1', '3', '-1', '2.5', '1e9', '-0', "row.indexOf('a') + 1")

type Sources = {
  readonly text: string
  readonly number: string
  readonly truth: string
  readonly value: string
}

/** Sources of expressions, of the kinds that are recognised and of those beside them. */
function sources({ texts, numbers }: Atoms): fc.LetrecValue<Sources> {
  return fc.letrec<Sources>((tie: fc.LetrecTypedTie<Sources>) => ({
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...texts),
      needle,
      tie('text').map((text) => `${text}.toLowerCase()`),
      fc
        .tuple(tie('text'), needle, fc.constantFrom('0', '1', '2', '1.5', '4294967296'))
        .map(([text, cut, index]) => `${text}.split(${cut})[${index}]`),
      fc
        .tuple(tie('text'), needle, fc.constantFrom('0', '1'), fc.constantFrom("'x'", 'undefined'))
        .map(([text, cut, index, other]) => `(${text}.split(${cut})[${index}] ?? ${other})`),
      fc
        .tuple(tie('text'), fc.constantFrom('slice', 'substring'), place, fc.option(place))
        .map(([text, method, from, to]) => `${text}.${method}(${from}${to ? `, ${to}` : ''})`),
    ),
    number: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...numbers, '0', '-0', '2.5', '1e308', '-1'),
      tie('text').map((text) => `${text}.length`),
      fc
        .tuple(
          fc.constantFrom('Number(_)', '+_', 'parseInt(_)', 'parseInt(_, 10)', 'parseFloat(_)'),
          fc.oneof(tie('text'), tie('number')),
        )
        .map(([how, of]) => how.replace('_', () => `(${of})`)),
      fc.tuple(tie('text'), needle).map(([text, what]) => `${text}.indexOf(${what})`),
      fc
        .tuple(tie('value'), fc.constantFrom('+', '-', '*', '/', '%'), tie('value'))
        .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    ),
    truth: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc
        .tuple(tie('value'), fc.constantFrom('<', '<=', '>', '>=', '===', '!=='), tie('value'))
        .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
      fc
        .tuple(tie('text'), fc.constantFrom('includes', 'startsWith', 'endsWith'), needle)
        .map(([text, method, what]) => `${text}.${method}(${what})`),
      tie('value').map((value) => `!${value}`),
      fc
        .tuple(tie('value'), fc.constantFrom('&&', '||'), tie('value'))
        .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    ),
    value: fc.oneof(tie('text'), tie('number'), tie('truth')),
  }))
}

/** Sources over a row that is bytes. */
const ofBytes = fc.letrec<{ bytes: string; number: string; truth: string }>((tie) => ({
  bytes: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant('row'),
    fc
      .tuple(
        tie('bytes'),
        fc.constantFrom('subarray', 'slice', 'substring'),
        fc.constantFrom('0', '1', '4', '-1', '2.5'),
        fc.option(fc.constantFrom('0', '2', '5', '-1')),
      )
      .map(([of, method, from, to]) => `${of}.${method}(${from}${to ? `, ${to}` : ''})`),
  ),
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('row[0]', 'row[1]', 'row[7]', '1', '2.5'),
    tie('bytes').map((of) => `${of}.length`),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '%'), tie('number'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
  ),
  truth: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(tie('number'), fc.constantFrom('<', '>=', '===', '!=='), tie('number'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie('bytes').map((of) => `!${of}`),
    fc.tuple(tie('bytes'), tie('number')).map(([of, n]) => `(${of} === ${n})`),
    fc.tuple(tie('truth'), tie('truth')).map(([left, right]) => `(${left} && ${right})`),
  ),
}))

const piece = fc.constantFrom(
  ...['a', 'AB', 'ab', ' ', '\t', ',', '0x10', '1e3', '-0', ' 12 ', '007', '.5', '5.', 'NaN'],
  ...['-2.5', 'Infinity', '1234567890123456789', 'é', '😀', '\ufffd', 'K', '1_0', '0b1', ''],
)
const line = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''))
const lines = fc.array(fc.oneof(piece, line), { maxLength: 6 })
const pairs = fc.oneof(
  fc.array(fc.tuple(piece, fc.double())),
  fc.array(fc.tuple(line, fc.constantFrom(0, -0, NaN, 1, -7))),
)

type Row = string | readonly [string, number] | Uint8Array

function batchOf(rows: readonly Row[]): ColumnBatch {
  if (rows.every((row) => row instanceof Uint8Array)) {
    const bytes = Buffer.concat(rows)
    const ends = Int32Array.from(rows, ({ length }) => length)
    for (let i = 1; i < ends.length; i += 1) ends[i] = (ends[i] ?? 0) + (ends[i - 1] ?? 0)
    const starts = Int32Array.from(rows, ({ length }, i) => (ends[i] ?? 0) - length)
    return new ColumnBatch(rows.length, [{ type: 'bytes', bytes, starts, ends }], 0)
  }
  if (rows.every((row) => typeof row === 'string')) {
    return new ColumnBatch(rows.length, [textColumn(rows)], 0)
  }
  const all = rows as readonly (readonly [string, number])[]
  const values = Float64Array.from(all, ([, value]) => value)
  const keys = textColumn(all.map(([key]) => key))
  return new ColumnBatch(rows.length, [keys, { type: 'number', values }], [0, 1])
}

type UserFunction = (row: unknown) => unknown

const NO_NAMES = new Map<string, unknown>()

/** What the rows give, or undefined where the function throws. */
function plainly<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

interface Shape {
  readonly kernelOf: (f: UserFunction) => Kernel | undefined
  readonly plain: (rows: readonly unknown[], f: UserFunction) => readonly unknown[]
}

const MAP: Shape = {
  kernelOf: (f) => {
    const syntax = functionSyntax(f)
    const shape = syntax && projectionOf(syntax, NO_NAMES)
    return shape && projectionKernel(shape)
  },
  plain: (rows, f) => rows.map((row) => f(row)),
}
const FILTER: Shape = {
  kernelOf: (f) => {
    const syntax = functionSyntax(f)
    const shape = syntax && predicateOf(syntax, NO_NAMES)
    return shape && filterKernel(shape)
  },
  plain: (rows, f) => rows.filter((row) => f(row)),
}
const KEY_BY: Shape = {
  kernelOf: (f) => {
    const syntax = functionSyntax(f)
    const shape = syntax && projectionOf(syntax, NO_NAMES)
    return shape && keyByKernel(shape)
  },
  plain: (rows, f) => rows.map((row) => [f(row), row]),
}
const FLAT_MAP: Shape = {
  kernelOf: (f) => {
    const syntax = functionSyntax(f)
    const shape = syntax && partsOfFunction(syntax, NO_NAMES)
    return shape && partsKernel(shape)
  },
  plain: (rows, f) => rows.flatMap((row) => [...(f(row) as readonly unknown[])]),
}

/** Whether the columns took the rows; they must give what the rows give, before and behind a shuffle. */
function holds(
  equal: (actual: unknown, expected: unknown, source: string) => unknown,
  { kernelOf, plain }: Shape,
  source: string,
  rows: readonly Row[],
): boolean {
  const f = runInThisContext(`(${source})`) as UserFunction
  const made = kernelOf(f)?.(batchOf(rows))
  if (made === undefined || rows.length === 0) return false
  const expected = plainly(() => plain(rows, f))
  equal(made.slice(0, made.rows), expected, source)
  const travelled = decodeColumns(encodeColumns(made))
  equal(travelled.slice(0, travelled.rows), expected, source)
  return true
}

const NUM_RUNS = 1500

for (const atoms of [OF_TEXTS, ...OF_PAIRS]) {
  const { kind, parameter } = atoms
  const rows = atoms === OF_TEXTS ? lines : pairs
  const { text, value, truth } = sources(atoms)

  test(`any map of ${kind} gives on columns what it gives on rows`, (t) => {
    let taken = 0
    const body = fc.oneof(
      value,
      fc.tuple(value, value).map(([left, right]) => `[${left}, [${right}]]`),
    )
    const bound = fc
      .tuple(text, needle, value)
      .map(
        ([of, cut, n]) =>
          `{ const [first = '', , third] = ${of}.split(${cut}); const n = ${n}; return [first, third, n] }`,
      )
    fc.assert(
      fc.property(fc.oneof(body, bound), rows, (source, all) => {
        if (holds(t.deepEqual, MAP, `(${parameter}) => ${source}`, all)) taken += 1
      }),
      { numRuns: NUM_RUNS },
    )
    t.true(taken > 0)
  })

  test(`any filter of ${kind} keeps on columns what it keeps of rows`, (t) => {
    let taken = 0
    fc.assert(
      fc.property(fc.oneof(truth, value), rows, (source, all) => {
        if (holds(t.deepEqual, FILTER, `(${parameter}) => ${source}`, all)) taken += 1
      }),
      { numRuns: NUM_RUNS },
    )
    t.true(taken > 0)
  })
}

const records = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 6 })

test('any map of bytes gives on columns what it gives on rows', (t) => {
  let taken = 0
  const { bytes, number, truth } = ofBytes
  const body = fc.oneof(
    bytes,
    number,
    truth,
    fc.tuple(bytes, fc.oneof(bytes, number)).map(([left, right]) => `[${left}, [${right}]]`),
  )
  fc.assert(
    fc.property(body, records, (source, all) => {
      if (holds(t.deepEqual, MAP, `(row) => ${source}`, all)) taken += 1
      if (holds(t.deepEqual, KEY_BY, `(row) => ${source}`, all)) taken += 1
    }),
    { numRuns: NUM_RUNS },
  )
  t.true(taken > 200)
})

test('any filter of bytes keeps on columns what it keeps of rows', (t) => {
  let taken = 0
  fc.assert(
    fc.property(fc.oneof(ofBytes.truth, ofBytes.bytes), records, (source, all) => {
      if (holds(t.deepEqual, FILTER, `(row) => ${source}`, all)) taken += 1
    }),
    { numRuns: NUM_RUNS },
  )
  t.true(taken > 200)
})

test('any cut of texts gives on columns what it gives on rows', (t) => {
  let taken = 0
  const unit = fc.constantFrom(
    ...['a', 'A-Z', '^', '\\d', '\\]', '-', '\\b', '\\s', '\\W', '.', ',', '\\x41', '\\\\', '\\cA'],
  )
  const regex = fc
    .tuple(
      fc.array(unit, { minLength: 1, maxLength: 3 }).map((units) => `[${units.join('')}]`),
      fc.constantFrom('', '+', '*', '?', '+?', '{2}'),
      fc.constantFrom('', 'i', 'u', 'g', 'y'),
    )
    .map(([unitClass, times, flags]) => `/${unitClass}${times}/${flags}`)
    .filter((source) => plainly(() => runInThisContext(source) as unknown) !== undefined)
  const cut = fc.oneof(regex, needle, fc.constantFrom('/\\w+/', '/\\S/', '/./', '/a|b/', '/^/'))
  const source = fc
    .tuple(
      fc.constantFrom('row', 'row.toLowerCase()', 'row.slice(1)', "row.split(',')[0]"),
      cut,
      fc.constantFrom('split(_)', 'match(_) ?? []', 'match(_) || []', 'split(_, 2)'),
    )
    .map(([of, at, how]) => `(row) => ${of}.${how.replace('_', () => at)}`)
  fc.assert(
    fc.property(source, lines, (each, all) => {
      if (holds(t.deepEqual, FLAT_MAP, each, all)) taken += 1
    }),
    { numRuns: NUM_RUNS },
  )
  t.true(taken > 0)
})
