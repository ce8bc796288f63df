import test from 'ava'

import { tableRows } from './markdown.ts'
import { filesIn, read } from './repository.ts'

/** A code or a variable, wherever it stands: in code, in a docstring, in a table. */
const word = /\bTROUPE_[A-Z0-9]+(?:_[A-Z0-9]+)*\b/g
/** The same as a literal: what a program really raises or reads. */
const literal = /(['"])(TROUPE_[A-Z0-9]+(?:_[A-Z0-9]+)*)\1/g

const sources = filesIn('src', '.ts').map((path) => ({ path, text: read(path) }))
const literals = new Set(
  sources.flatMap(({ text }) => [...text.matchAll(literal)].map((match) => match[2] ?? '')),
)

const errorRows = tableRows(read('docs/errors.md'), ['code', 'area', 'when', 'what to do']) ?? []
const variableRows =
  tableRows(read('docs/environment.md'), ['variable', 'read by', 'meaning']) ?? []
const firstCells = (rows: readonly (readonly string[])[]): readonly string[] =>
  rows.map(([first = '']) => first.replaceAll('`', ''))
const codes = firstCells(errorRows)
const variables = firstCells(variableRows)

test('every code in the sources is a row of docs/errors.md (or docs/environment.md)', (t) => {
  const known = new Set([...codes, ...variables])
  const unknown = sources.flatMap(({ path, text }) =>
    [...text.matchAll(word)]
      .filter(([code]) => !known.has(code))
      .map(([code]) => `${code} in ${path} has no row`),
  )
  t.deepEqual([...new Set(unknown)], [])
})

test('every row of docs/errors.md and docs/environment.md is a literal in the sources', (t) => {
  t.deepEqual(
    [...codes, ...variables].filter((name) => !literals.has(name)),
    [],
  )
})

test('each row of docs/errors.md is whole: code, area, when and what to do', (t) => {
  for (const row of errorRows) {
    t.is(row.length, 4, `${row[0]}: a bar in a cell is written \\|`)
    t.regex(row[0] ?? '', /^`TROUPE_[A-Z0-9]+(_[A-Z0-9]+)+`$/)
    t.regex(row[1] ?? '', /^[a-z]+$/, `${row[0]}: the area is a folder of src`)
    t.true(
      row.every((cell) => cell !== ''),
      `${row[0]} has an empty cell`,
    )
  }
  t.true(errorRows.length > 0)
})

test('the rows of docs/errors.md are in the order of their codes, each once', (t) => {
  t.deepEqual(codes, [...new Set(codes)].sort())
})
