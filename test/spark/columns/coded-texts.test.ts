import test from 'ava'
import fc from 'fast-check'

import {
  ColumnBatch,
  ColumnCombiner,
  JoinProbe,
  JoinTableBuilder,
  type Column,
} from '../../../src/spark/columns/index.ts'
import { drained, merging } from './drained.ts'
import { textColumn } from './text-column.ts'

type Named = readonly [id: number, name: string]
type Event = readonly [id: number, value: number]

const id = fc.integer({ min: 0, max: 7 })
/** Several ids have one name, and names are short, long and not ASCII. */
const name = fc.constantFrom('', 'a', 'bé', 'as long as this', 'as long as that')
const value = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 0.1, 1e300))

function numbers(values: readonly number[]): Column {
  return { type: 'number', values: Float64Array.from(values) }
}

function probeOf(names: readonly Named[]): JoinProbe | undefined {
  const builder = new JoinTableBuilder()
  const columns = [numbers(names.map(([key]) => key)), textColumn(names.map(([, text]) => text))]
  builder.add(new ColumnBatch(names.length, columns, [0, 1]))
  const table = builder.table()
  return table === undefined ? undefined : new JoinProbe(table, 'inner')
}

function joined(probe: JoinProbe, events: readonly Event[]): ColumnBatch[] {
  const columns = [numbers(events.map(([key]) => key)), numbers(events.map(([, each]) => each))]
  const batches: ColumnBatch[] = []
  probe.open(new ColumnBatch(events.length, columns, [0, 1]))
  for (let made = probe.next(); made !== undefined; made = probe.next()) batches.push(made)
  return batches
}

/** From `[id, [value, name]]` pairs of name and value. */
function byName({ rows, columns, form }: ColumnBatch): ColumnBatch {
  const [, [own, beside]] = form as readonly [number, readonly [number, number]]
  return new ColumnBatch(rows, columns, [beside, own])
}

test('sums by texts out of a join are those of the rows in their order, bit by bit', (t) => {
  const side = fc.array(fc.tuple(id, name), { minLength: 1 })
  fc.assert(
    fc.property(fc.array(fc.tuple(side, fc.array(fc.array(fc.tuple(id, value))))), (joins) => {
      const combiner = new ColumnCombiner(merging('sum'), 'map')
      const expected = new Map<string, number>()
      for (const [names, batches] of joins) {
        const probe = probeOf(names)
        if (probe === undefined) return t.fail('no table')
        for (const batch of batches.flatMap((events) => joined(probe, events)).map(byName)) {
          const rows = batch.slice(0, batch.rows) as [string, number][]
          for (const [text, each] of rows) {
            const before = expected.get(text)
            expected.set(text, before === undefined ? each : before + each)
          }
          t.true(combiner.add(batch))
        }
      }
      const made = drained(combiner)
      t.deepEqual(new Map(made as [string, number][]), expected)
    }),
  )
})
