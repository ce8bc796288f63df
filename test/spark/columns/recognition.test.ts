import { runInThisContext } from 'node:vm'

import test from 'ava'
import fc from 'fast-check'

import { functionSyntax, type FunctionSyntax } from '../../../src/spark/closure/index.ts'
import { ColumnBatch } from '../../../src/spark/columns/index.ts'
import {
  filterKernel,
  partsKernel,
  projectionKernel,
  valuesKernel,
  type Kernel,
} from '../../../src/spark/columns/kernels.ts'
import { reductionOf } from '../../../src/spark/columns/merge-shapes.ts'
import { partsOfFunction, predicateOf, projectionOf } from '../../../src/spark/columns/shapes.ts'
import { textColumn } from './text-column.ts'

/** Lines as a reader gives them. */
function textBatch(lines: readonly string[]): ColumnBatch {
  return new ColumnBatch(lines.length, [textColumn(lines)], 0)
}

function pairBatch(pairs: readonly (readonly [string, number])[]): ColumnBatch {
  const keys = textColumn(pairs.map(([key]) => key))
  const values = Float64Array.from(pairs, ([, value]) => value)
  return new ColumnBatch(pairs.length, [keys, { type: 'number', values }], [0, 1])
}

function syntaxOf(f: (...args: never[]) => unknown): FunctionSyntax {
  const syntax = functionSyntax(f)
  if (syntax === undefined) throw new TypeError(`no syntax of ${String(f)}`)
  return syntax
}

function functionSyntaxOf(source: string): FunctionSyntax {
  return syntaxOf(runInThisContext(source) as () => unknown)
}

const NO_NAMES = new Map<string, unknown>()

/** Texts with what trips: separators, blanks, numbers of all kinds, other scripts. */
const line = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'B', ' ', '\t', ',', '1', '-2.5', 'é', '😀', 'K', ''), {
      maxLength: 8,
    })
    .map((all) => all.join('')),
  fc.string({ maxLength: 12 }),
  fc.double().map(String),
  fc.integer().map(String),
)
const wellFormed = fc
  .array(line, { maxLength: 12 })
  .map((all) => all.map((each) => Buffer.from(each).toString()))

type Lines = (line: string) => unknown

/** Lines of at least three parts, however they are cut. */
const fields = fc
  .array(fc.array(line, { minLength: 3, maxLength: 5 }), { maxLength: 8 })
  .chain((rows) =>
    fc
      .constantFrom(',', '\t', ' ')
      .map((separator) => rows.map((row) => Buffer.from(row.join(separator)).toString())),
  )

const projections: readonly Lines[] = [
  (text) => text,
  (word) => [word, 1],
  (word) => [word.toLowerCase(), 1] as const,
  (text) => text.length,
  (text) => Number(text),
  (text) => +text,
  (text) => parseInt(text, 10),
  (text) => parseFloat(text),
  (text) => text.split(',')[1],
  (text) => [text.split('\t')[0], Number(text.split('\t')[1])],
  (text) => {
    const fields = text.split(',')
    return [fields[0], Number(fields[1])]
  },
  (text) => {
    const [id, , value] = text.split(' ')
    return [id, [value, 'x', 2]]
  },
  (text) => {
    const i = text.indexOf('\t')
    return [text.slice(0, i), text.slice(i + 1)]
  },
  (text) => text.substring(2),
  (text) => text.slice(1, 3),
  (text) => text.indexOf('1') * 2 - 3 / text.length + (text.length % 2),
]

for (const f of projections) {
  test(`a map of ${f.toString().replace(/\s+/g, ' ')} gives on columns what it gives on rows`, (t) => {
    const projection = projectionOf(syntaxOf(f), NO_NAMES)
    if (projection === undefined) {
      t.fail('not recognised')
      return
    }
    const kernel = projectionKernel(projection)
    let accepted = 0
    fc.assert(
      fc.property(fc.oneof(wellFormed, fields), (lines) => {
        accepted += same(t.deepEqual, kernel, textBatch(lines), lines, (all) =>
          all.map((each) => f(each)),
        )
      }),
    )
    t.true(accepted > 0, 'every batch was declined')
  })
}

const predicates: readonly Lines[] = [
  (text) => text.length > 3,
  (text) => text !== '',
  (text) => text === 'a',
  (text) => text,
  (text) => !text.includes('a'),
  (text) => text.startsWith('a') || text.endsWith('é'),
  (text) => text.length >= 1 && Number(text) < 10,
  (text) => Number(text),
]

for (const f of predicates) {
  test(`a filter by ${f.toString()} keeps on columns what it keeps of rows`, (t) => {
    const predicate = predicateOf(syntaxOf(f), NO_NAMES)
    if (predicate === undefined) {
      t.fail('not recognised')
      return
    }
    const kernel = filterKernel(predicate)
    let accepted = 0
    fc.assert(
      fc.property(wellFormed, (lines) => {
        accepted += same(t.deepEqual, kernel, textBatch(lines), lines, (all) =>
          all.filter((each) => f(each)),
        )
      }),
    )
    t.true(accepted > 0, 'every batch was declined')
  })
}

const parts: readonly ((line: string) => readonly string[])[] = [
  (text) => text.split(' '),
  (text) => text.split(', '),
  (text) => text.split('é'),
  (text) => text.split(/\s+/),
  (text) => text.split(/[,\t ]/),
  (text) => text.toLowerCase().split(/\W+/),
  (text) => text.toLowerCase().match(/[a-z]+/g) ?? [],
  (text) => text.match(/\w/g) || [],
]

for (const f of parts) {
  test(`a flatMap of ${f.toString()} gives on columns what it gives on rows`, (t) => {
    const shape = partsOfFunction(syntaxOf(f), NO_NAMES)
    if (shape === undefined) {
      t.fail('not recognised')
      return
    }
    const kernel = partsKernel(shape)
    let accepted = 0
    fc.assert(
      fc.property(wellFormed, (lines) => {
        accepted += same(t.deepEqual, kernel, textBatch(lines), lines, (all) =>
          all.flatMap((each) => [...f(each)]),
        )
      }),
    )
    t.true(accepted > 0, 'every batch was declined')
  })
}

const ofPairs: readonly ((pair: readonly [string, number]) => unknown)[] = [
  ([key, value]) => [value, key],
  ([, value]) => value * 2 + 1,
  (pair) => pair[0],
  (pair) => [pair, pair[1]],
  ([key]) => [key.length, 1],
]

for (const f of ofPairs) {
  test(`a map of pairs by ${f.toString()} gives on columns what it gives on rows`, (t) => {
    const projection = projectionOf(syntaxOf(f), NO_NAMES)
    if (projection === undefined) {
      t.fail('not recognised')
      return
    }
    const kernel = projectionKernel(projection)
    const pairs = fc.array(
      fc.tuple(
        fc.string({ maxLength: 4 }).map((s) => Buffer.from(s).toString()),
        fc.double(),
      ),
    )
    let accepted = 0
    fc.assert(
      fc.property(pairs, (rows) => {
        accepted += same(t.deepEqual, kernel, pairBatch(rows), rows, (all) =>
          all.map((each) => f(each)),
        )
      }),
    )
    t.true(accepted > 0, 'every batch was declined')
  })
}

test('mapValues sees the value as its row', (t) => {
  const f = (value: number): number => value * 10
  const projection = projectionOf(syntaxOf(f), NO_NAMES)
  const kernel = projection === undefined ? undefined : valuesKernel(projection)
  const made = kernel?.(
    pairBatch([
      ['a', 1],
      ['b', 2.5],
    ]),
  )
  t.deepEqual(made?.slice(0, 2), [
    ['a', 10],
    ['b', 25],
  ])
})

test('sums, smaller and larger ones of two are recognised', (t) => {
  const add = (a: number, b: number): number => a + b
  const most = (a: number, b: number): number => Math.max(a, b)
  const least = (a: number, b: number): number => {
    return Math.min(a, b)
  }
  const swapped = (a: number, b: number): number => b + a
  const minus = (a: number, b: number): number => a - b
  t.deepEqual(
    [add, most, least, swapped, minus].map((f) => reductionOf(syntaxOf(f), NO_NAMES)),
    [
      { op: 'merge', merge: 'sum' },
      { op: 'merge', merge: 'max' },
      { op: 'merge', merge: 'min' },
      undefined,
      undefined,
    ],
  )
})

test('what a function captures is what it was, or the function is not recognised', (t) => {
  const separator = ','
  const uses = (text: string): readonly string[] => text.split(separator)
  t.is(partsOfFunction(syntaxOf(uses), undefined), undefined)
  t.is(partsOfFunction(syntaxOf(uses), NO_NAMES), undefined)
  t.is(partsOfFunction(syntaxOf(uses), new Map([['separator', /,/]])), undefined)
  t.like(partsOfFunction(syntaxOf(uses), new Map([['separator', ',']])), {
    cut: { type: 'separator', separator: ',' },
  })
  const number = (text: string): number => Number(text)
  t.is(projectionOf(syntaxOf(number), new Map([['Number', (): number => 1]])), undefined)
  t.is(projectionOf(syntaxOf(number), undefined), undefined)
  t.like(projectionOf(syntaxOf(number), new Map([['Number', Number]])), { op: 'to-number' })
})

test('a function is not recognised by half: names that it takes and does not use may not be there to take', (t) => {
  const unused: readonly ((row: never) => unknown)[] = [
    ([, [inner]]: readonly [string, readonly number[]]) => 1 + (inner === undefined ? 0 : 0),
    ([first, [_second]]: readonly [string, readonly number[]]) => first,
    (text: string) => {
      const fields = text.split(',')
      void fields
      return text
    },
    ([_first]: readonly string[]) => 1,
  ]
  for (const f of unused) t.is(projectionOf(syntaxOf(f), NO_NAMES), undefined, f.toString())
})

test('a function that is called as a built-in hides it', (t) => {
  const hiding = functionSyntaxOf('(function Number(text) { return Number(text) })')
  t.is(projectionOf(hiding, NO_NAMES), undefined)
  const other = functionSyntaxOf('(function number(text) { return Number(text) })')
  t.like(projectionOf(other, NO_NAMES), { op: 'to-number' })
})

const others: readonly Lines[] = [
  async (text) => Promise.resolve(text),
  (text) => ({ text }),
  (text) => [...text],
  (text) => text.replace('a', 'b'),
  (text) => {
    let n = 1
    n += text.length
    return n
  },
  (text) => text.slice(-1),
  (text) => text.split('')[0],
  (text) => text.split(',', 2)[0],
  (text) => parseInt(text, 16),
  function* (text) {
    yield text
  },
]

for (const f of others) {
  test(`${f.toString().replace(/\s+/g, ' ')} is left to run as it is`, (t) => {
    t.is(projectionOf(syntaxOf(f), NO_NAMES), undefined)
  })
}

/** Whether the kernel took the batch (1), after holding it to what the rows give. */
function same<T>(
  equal: (actual: unknown, expected: unknown) => unknown,
  kernel: Kernel,
  batch: ColumnBatch,
  rows: readonly T[],
  plain: (rows: readonly T[]) => readonly unknown[],
): number {
  const made = kernel(batch)
  if (made === undefined) return 0
  equal(made.slice(0, made.rows), plain(rows))
  return rows.length > 0 ? 1 : 0
}
