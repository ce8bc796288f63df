import test from 'ava'
import fc from 'fast-check'
import { ControlLog } from '../../../src/actors/links/control-log.ts'
import type { ControlEntry } from '../../../src/actors/links/control-log.ts'

test('whatever is cut and acknowledged, each message is carried out once and in order', (t) => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('add' as const) }),
    fc.record({ type: fc.constant('deliver' as const), count: fc.nat(5) }),
    fc.record({ type: fc.constant('acknowledge' as const) }),
    fc.record({ type: fc.constant('cut' as const) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const log = new ControlLog()
      const carriedOut: unknown[] = []
      let received = 0
      let onTheWay: ControlEntry[] = []
      let added = 0
      const deliver = (): void => {
        const entry = onTheWay.shift()
        if (entry === undefined || entry[0] <= received) return
        t.is(entry[0], received + 1)
        received = entry[0]
        carriedOut.push(entry[2])
      }
      const connect = (): void => {
        // The new connection begins with what the other side says it has.
        t.true(log.acknowledge(received))
        onTheWay = [...log.toResend()]
      }
      for (const it of steps) {
        if (it.type === 'add') {
          const entry = log.add('word', [added++])
          log.sent(entry)
          onTheWay.push(entry)
        } else if (it.type === 'deliver') for (let i = 0; i < it.count; i++) deliver()
        else if (it.type === 'acknowledge') t.true(log.acknowledge(received))
        else connect()
      }
      connect()
      while (onTheWay.length > 0) deliver()
      log.acknowledge(received)
      t.deepEqual(
        carriedOut,
        Array.from({ length: added }, (_, n) => n),
      )
      t.is(log.size, 0)
    }),
  )
})

test('an acknowledgement of what was never sent is refused', (t) => {
  const log = new ControlLog()
  const first = log.add('word', [])
  t.false(log.acknowledge(1))
  log.sent(first)
  t.true(log.acknowledge(1))
  t.false(log.acknowledge(2))
})
