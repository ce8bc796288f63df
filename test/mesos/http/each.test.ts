import test from 'ava'
import fc from 'fast-check'
import { Each, piecesOf } from '../../../src/mesos/http/master/each.ts'

const list = fc.array(fc.jsonValue(), { maxLength: 4 })

test('a text that is written bit by bit is that which is written at once', (t) => {
  fc.assert(
    fc.property(list, list, fc.jsonValue(), (first, second, other) => {
      const value = {
        other,
        nothing: undefined,
        first: new Each(first, (item) => ({ item, within: new Each(second, (one) => one) })),
        second: new Each(second, (item) => [item]),
      }
      return [...piecesOf(value)].join('') === JSON.stringify(value)
    }),
  )
  t.pass()
})

test('items of a list are made when their turn comes', (t) => {
  const made: number[] = []
  const pieces = piecesOf(new Each([1, 2, 3], (item) => made.push(item)))
  t.is(pieces.next().value, '[')
  t.is(pieces.next().value, '1')
  t.deepEqual(made, [1])
})
