import fc from 'fast-check'
import test from 'ava'

import { readSparkDate, sparkDate } from '../../../src/spark/rest-api/dates.ts'
import { prettyJson, type JsonValue } from '../../../src/spark/rest-api/pretty-json.ts'

test('JSON is laid out as Spark lays it out', (t) => {
  const value = {
    id: 1,
    name: 'a "b"',
    none: undefined,
    list: [1, 2],
    of: [{ x: true }, {}],
    empty: [],
  }
  t.is(
    prettyJson(value),
    [
      '{',
      '  "id" : 1,',
      '  "name" : "a \\"b\\"",',
      '  "list" : [ 1, 2 ],',
      '  "of" : [ {',
      '    "x" : true',
      '  }, { } ],',
      '  "empty" : [ ]',
      '}',
    ].join('\n'),
  )
})

test('any value is read back as it was', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!JSON.stringify(value).includes('null'))
      t.deepEqual(JSON.parse(prettyJson(value as JsonValue)), JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('dates are read back as they were written, and days are meant in GMT', (t) => {
  t.is(sparkDate(1_795_427_065_642.9), '2026-11-23T09:44:25.642GMT')
  t.is(sparkDate(-1), '1969-12-31T23:59:59.999GMT')
  t.is(readSparkDate('2026-11-23T09:44:25.642GMT'), 1_795_427_065_642)
  t.is(readSparkDate('1970-01-02'), 86_400_000)
  for (const text of ['', 'soon', '2026-13-45', '2026-11-23T09:44', '2026-11-23T09:44:25.642CET'])
    t.is(readSparkDate(text), undefined, text)
})
