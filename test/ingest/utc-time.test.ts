import test from 'ava'
import fc from 'fast-check'
import { parseUtc } from '../../src/ingest/event/index.ts'

const cases: readonly (readonly [text: string, expected: string | undefined])[] = [
  // As the original's events have it; in March, wherever the machine is.
  ['2016-03-15 12:15:39', '2016-03-15T12:15:39.000Z'],
  ['2016-03-15T12:15:39Z', '2016-03-15T12:15:39.000Z'],
  ['2016-03-15t12:15:39.25z', '2016-03-15T12:15:39.250Z'],
  ['2016-03-15T12:15:39.123456789Z', '2016-03-15T12:15:39.123Z'],
  ['2016-03-15T12:15:39+02:00', '2016-03-15T10:15:39.000Z'],
  ['2016-03-15T00:15-00:30', '2016-03-15T00:45:00.000Z'],
  ['2016-03-15', '2016-03-15T00:00:00.000Z'],
  ['2016-02-29', '2016-02-29T00:00:00.000Z'],
  ['0050-01-01', '0050-01-01T00:00:00.000Z'],
  ['2015-02-29', undefined],
  ['2016-13-01', undefined],
  ['2016-15-03 12:15:39', undefined],
  ['2016-03-15 24:00:00', undefined],
  ['2016-03-15 12:60:00', undefined],
  ['2016-03-15T12:15:39+24:00', undefined],
  ['15.03.2016', undefined],
  ['2016-03-15 12:15:39 and more', undefined],
  ['', undefined],
]

for (const [text, expected] of cases) {
  test(`'${text}' is ${expected ?? 'no date and time'}`, (t) => {
    const ms = parseUtc(text)
    t.is(ms === undefined ? undefined : new Date(ms).toISOString(), expected)
  })
}

test('what a date writes is read as that date', (t) => {
  const min = new Date('0001-01-01T00:00:00Z')
  const max = new Date('9999-12-31T23:59:59Z')
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
      t.is(parseUtc(date.toISOString()), date.getTime())
    }),
  )
})
