import test from 'ava'
import fc from 'fast-check'

import { formatMetrics, receive, unhandled, type Metric } from '../../../src/actors/index.ts'
import { testSystem } from '../../../src/actors/testkit/index.ts'

test("a system's ledger is read as metrics, and as the text that Prometheus scrapes", async (t) => {
  const kit = testSystem({ name: 'town' })
  const actor = kit.spawn<{ type: string }>(
    receive(({ type }) => (type === 'Odd' ? unhandled : undefined)),
  )
  for (const type of ['Even', 'Odd', 'Even']) actor.tell({ type })
  await kit.settle()
  const text = formatMetrics(kit.system.metrics())
  for (const line of [
    '# TYPE troupe_messages counter',
    'troupe_messages_sent_total{system="town"} 3',
    'troupe_messages_total{system="town",fate="handled"} 2',
    'troupe_messages_total{system="town",fate="unhandled"} 1',
    'troupe_messages_by_type_total{system="town",fate="unhandled",type="Odd"} 1',
    'troupe_messages_in_flight{system="town"} 0',
    '# TYPE troupe_actors gauge',
  ]) {
    t.true(text.split('\n').includes(line), line)
  }
  t.true(text.endsWith('\n# EOF\n'))
})

test('metrics of several systems make one family each', (t) => {
  const of = (system: string): Metric => ({
    name: 'x_total',
    type: 'counter',
    help: 'Some.',
    values: [{ labels: { system }, value: 1 }],
  })
  t.is(
    formatMetrics([of('a'), { ...of('b'), name: 'y', type: 'gauge', values: [] }, of('b')]),
    '# TYPE x counter\n# HELP x Some.\nx_total{system="a"} 1\nx_total{system="b"} 1\n# EOF\n',
  )
})

test('whatever a label says, it stays on its line and can be read back', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const value = { labels: { text }, value: 1 }
      const lines = formatMetrics([{ name: 'x', type: 'gauge', help: 'h', values: [value] }]).split(
        '\n',
      )
      const read = /^x\{text="(.*)"\} 1$/su.exec(lines[2] ?? '')?.[1]
      const back = read?.replace(/\\(.)/gsu, (_, sign: string) => (sign === 'n' ? '\n' : sign))
      return lines.length === 5 && back === text
    }),
  )
  t.pass()
})
