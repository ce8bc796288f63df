import test from 'ava'
import fc from 'fast-check'
import { ConnectionDecoder, ConnectionEncoder } from '../../../src/actors/codec/index.ts'
import type { RefCodec } from '../../../src/actors/codec/index.ts'
import { findCulprit } from '../../../src/actors/codec/index.ts'
import { TroupeError, isTroupeError } from '../../../src/platform/index.ts'

const noRefs: RefCodec = {
  isRef: () => false,
  encodeRef: () => undefined,
  decodeRef: () => undefined,
}

function travel<T>(value: T): T {
  const frame = new ConnectionEncoder(noRefs).encode(value, 0)
  return new ConnectionDecoder(noRefs).decode(frame, 0) as T
}

class StockError extends TroupeError {}

test('a Troupe error keeps brand, class name, code, data and causes', (t) => {
  const cause = new StockError('TEST_INNER', 'inner', { data: { deep: [1, { two: 2n }] } })
  const error = new StockError('TEST_OUTER', 'outer', { cause, data: { path: '/user/a' } })
  const there = travel(error)
  t.true(isTroupeError(there, 'TEST_OUTER'))
  t.is(there.name, 'StockError')
  t.is(there.message, 'outer')
  t.deepEqual(there.data, { path: '/user/a' })
  const inner = there.cause as StockError
  t.is(inner.code, 'TEST_INNER')
  t.deepEqual(inner.data, { deep: [1, { two: 2n }] })
})

test('errors of the language keep their class; others keep their name and properties', (t) => {
  t.true(travel(new TypeError('x')) instanceof TypeError)
  t.true(travel(new RangeError('x')) instanceof RangeError)
  const system = Object.assign(new Error('no file'), { code: 'ENOENT', errno: -2 })
  const there = travel<Error>(system) as Error & { code: string; data: unknown }
  t.is(there.code, 'ENOENT')
  t.deepEqual(there.data, { errno: -2 })
  class Custom extends Error {
    override readonly name = 'Custom'
  }
  const custom = travel<Error & { code?: string }>(new Custom('mine'))
  t.is(custom.name, 'Custom')
  t.is(custom.code, 'TROUPE_CODEC_REMOTE_ERROR')
})

test('an error shows both stacks, and keeps the first one over a second link', (t) => {
  const error = new TypeError('x')
  const there = travel<TypeError & { readonly remoteStack?: string }>(error)
  t.is(there.remoteStack, error.stack)
  t.true(there.stack?.startsWith(error.stack ?? ''))
  t.regex(there.stack ?? '', /over a link —\n {4}at /)
  const further = travel(there)
  t.is(further.remoteStack, error.stack)
})

test('any error travels, whatever hangs on it', (t) => {
  const knot: Record<string, unknown> = { list: [() => 1, Symbol('s'), new Map()] }
  knot['self'] = knot
  const error = new StockError('TEST', 'odd', {
    data: knot,
    cause: Object.assign(new Error('deep'), { cause: knot, socket: { write: () => true } }),
  })
  const there = travel(error)
  t.is(there.code, 'TEST')
  t.is((there.cause as Error).message, 'deep')
  fc.assert(
    fc.property(fc.anything(), (data) => {
      const one = new StockError('TEST', 'any', { data: { data }, cause: data })
      t.is(travel(one).message, 'any')
    }),
  )
})

test('what can’t travel is named with its place', (t) => {
  class Socket {
    readonly open = true
  }
  const cycle: unknown[] = []
  cycle.push({ back: cycle })
  const cases: [unknown, string, RegExp][] = [
    [{ a: [1, { b: () => 1 }] }, 'message.a[1].b', /function/],
    [{ s: Symbol('s') }, 'message.s', /symbol/],
    [new Map([['k', { x: new Socket() }]]), 'message.get(k).x', /Socket/],
    [cycle, 'message[0].back', /cycle/],
    [{ buffer: new ArrayBuffer(4) }, 'message.buffer', /ArrayBuffer/],
  ]
  for (const [value, path, what] of cases) {
    const culprit = findCulprit(value, () => false, 'message')
    t.is(culprit?.path, path)
    t.regex(culprit?.what ?? '', what)
    t.throws(() => new ConnectionEncoder(noRefs).encode(value, 0))
  }
  const shared = { n: 1 }
  t.is(
    findCulprit([shared, shared, new Error('fine'), new Date()], () => false, ''),
    undefined,
  )
})

test('of a way that is very long both ends are told', (t) => {
  let value: unknown = 'bottom'
  for (let depth = 0; depth < 1_500; depth += 1) value = { down: value }
  const culprit = findCulprit(value, () => false, 'message')
  t.regex(culprit?.what ?? '', /nesting deeper than 1000/)
  t.regex(culprit?.path ?? '', /^message\.down\..* … \(\d+ characters\) … .*\.down$/)
  t.true((culprit?.path.length ?? 0) < 300)
})
