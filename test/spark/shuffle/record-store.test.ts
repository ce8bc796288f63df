import test from 'ava'

import { RecordPlaces } from '../../../src/spark/shuffle/external/record-places.ts'
import { orderOf } from '../../../src/spark/shuffle/external/record-order.ts'
import { RecordPage } from '../../../src/spark/shuffle/records/index.ts'
import type { Pair } from '../../../src/spark/shuffle/index.ts'
import { rowCodec } from '../../../src/spark/task/index.ts'

function pageOf(pairs: readonly Pair[]): Uint8Array {
  const page = new RecordPage(rowCodec, 0, 64)
  for (const [key, value] of pairs) page.add(key, value)
  return page.view()
}

/** Pages of few records and of many, of records longer than any page, and of objects. */
const pages: readonly (readonly Pair[])[] = [
  [['d', 'short']],
  [
    ['b', 'long'.repeat(50_000)],
    ['a', 'behind what is long'],
  ],
  Array.from({ length: 900 }, (_, i): Pair => [`many ${String(i * 7919)}`, 'v'.repeat(i % 40)]),
  [
    ['c', { name: 'of a shape', at: 1 }],
    ['e', { name: 'of the same', at: 2 }],
  ],
  [['f', 'x'.repeat(40_000)]],
  [['', 'of no key']],
]

test('records keep their addresses whatever the lengths of pages, and are made from there', (t) => {
  const places = new RecordPlaces(rowCodec)
  for (const page of pages) places.addPage(pageOf(page))
  const all = pages.flat()
  t.is(places.length, all.length)
  const found = Array.from(places.addresses.subarray(0, places.length), (at) => places.pairAt(at))
  t.deepEqual(found, all)
  t.true(places.hasShapes)
  t.true(places.store.heldBytes >= 240_000)
  places.store.clear()
  t.is(places.store.heldBytes, 0)
})

test('the order of addresses is that of keys, up and down', (t) => {
  for (const isAscending of [true, false]) {
    const places = new RecordPlaces(rowCodec)
    for (const page of pages) places.addPage(pageOf(page))
    const order = orderOf(places, isAscending)
    const keys = Array.from(order, (at) => places.keyAt(at) as string)
    const expected = pages.flat().map(([key]) => key as string)
    expected.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0) * (isAscending ? 1 : -1))
    t.deepEqual(keys, expected)
  }
})
