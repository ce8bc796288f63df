import test from 'ava'
import fc from 'fast-check'
import { encodeRecord, RecordReader } from '../../../src/mesos/http/wire/index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('a record is its length in decimal, a newline, and its bytes', (t) => {
  t.deepEqual(encodeRecord(bytes('{"type":"HEARTBEAT"}')), bytes('20\n{"type":"HEARTBEAT"}'))
  t.deepEqual(encodeRecord(bytes('')), bytes('0\n'))
})

test('records come out as they went in, however the stream is cut up', (t) => {
  const records = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 })
  const cuts = fc.array(fc.nat({ max: 40 }), { maxLength: 100 })
  t.notThrows(() =>
    fc.assert(
      fc.property(records, cuts, (given, sizes) => {
        const stream = Buffer.concat(given.map((record) => encodeRecord(record)))
        const reader = new RecordReader()
        const found: Uint8Array[] = []
        let at = 0
        for (const size of [...sizes, stream.byteLength]) {
          found.push(...reader.push(stream.subarray(at, at + size)))
          at += size
        }
        return (
          found.length === given.length &&
          found.every((record, i) => Buffer.compare(record, given[i] ?? bytes('x')) === 0)
        )
      }),
    ),
  )
})

test('a stream that is no RecordIO is refused', (t) => {
  const code = { code: 'TROUPE_MESOS_RECORD_INVALID' }
  for (const text of ['x', '\n', '12a', '-1\n', '99999999999999\n', 'HTTP/1.1 200 OK\r\n']) {
    t.throws(() => new RecordReader().push(bytes(text)), code, text)
  }
  t.throws(() => new RecordReader(10).push(bytes('11\n')), code)
})
