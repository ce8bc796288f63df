import test from 'ava'
import fc from 'fast-check'
import { memoryEnvironment, nodeEnvironment } from '../../src/platform/index.ts'
import type { Random } from '../../src/platform/index.ts'
import { both } from './both.ts'

both('floats lie in [0, 1) and integers below their bound', async (t, place) => {
  const { random } = place.environment()
  for (let round = 0; round < 2000; round += 1) {
    const float = random.float()
    if (!(float >= 0 && float < 1)) t.fail(`float ${float}`)
    const bound = 1 + random.int(2 ** 31)
    const int = random.int(bound)
    if (!(Number.isInteger(int) && int >= 0 && int < bound)) t.fail(`int ${int} of ${bound}`)
  }
  t.is(random.int(1), 0)
})

both('every integer below a small bound comes up', async (t, place) => {
  const { random } = place.environment()
  const seen = new Set(Array.from({ length: 500 }, () => random.int(7)))
  t.is(seen.size, 7)
})

both('identifiers are 128 bits in lower-case hex and never the same', async (t, place) => {
  const { random } = place.environment()
  const ids = Array.from({ length: 1000 }, () => random.id())
  t.true(ids.every((id) => /^[0-9a-f]{32}$/.test(id)))
  t.is(new Set(ids).size, ids.length)
})

both('random bytes have the length asked for, and differ', async (t, place) => {
  const { random } = place.environment()
  t.is(random.bytes(0).length, 0)
  t.is(random.bytes(5000).length, 5000)
  t.notDeepEqual(random.bytes(32), random.bytes(32))
})

test('one seed gives one stream of chance for each node, another seed another', (t) => {
  const draw = (random: Random): unknown[] => [random.int(1000), random.float(), random.id()]
  fc.assert(
    fc.property(fc.string(), fc.string(), (seed, other) => {
      fc.pre(seed !== other)
      const drawn = draw(memoryEnvironment({ seed }).environment('a').random)
      const again = draw(memoryEnvironment({ seed }).environment('a').random)
      const neighbour = draw(memoryEnvironment({ seed }).environment('b').random)
      const otherSeed = draw(memoryEnvironment({ seed: other }).environment('a').random)
      t.deepEqual(again, drawn)
      t.notDeepEqual(neighbour, drawn)
      t.notDeepEqual(otherSeed, drawn)
    }),
    { numRuns: 50 },
  )
})

test('digests and checksums are those of the standards', (t) => {
  const { crypto } = nodeEnvironment()
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  t.is(
    hex(crypto.sha256(Buffer.from('abc'))),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
  // RFC 4231, test case 2.
  t.is(
    hex(crypto.hmacSha256(Buffer.from('Jefe'), Buffer.from('what do ya want for nothing?'))),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
  t.is(crypto.crc32(Buffer.from('123456789')), 0xcbf43926)
  t.is(crypto.crc32(Buffer.from('6789'), crypto.crc32(Buffer.from('12345'))), 0xcbf43926)
  t.true(crypto.equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2)))
  t.false(crypto.equal(Uint8Array.of(1, 2), Uint8Array.of(1, 3)))
  t.false(crypto.equal(Uint8Array.of(1, 2), Uint8Array.of(1)))
})
