import test from 'ava'
import fc from 'fast-check'

import {
  parseCount,
  parseDistribution,
  SeededStream,
} from '../../../src/throttler/generators/index.ts'

function drawn(text: string, count = 20_000): readonly number[] {
  const distribution = parseDistribution(text)
  return Array.from({ length: count }, (_, at) =>
    distribution.draw(new SeededStream(7, at), at + 1),
  )
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const shareOf = (values: readonly number[], is: (value: number) => boolean): number =>
  values.filter(is).length / values.length

test('all distributions stay within their range', (t) => {
  for (const form of [
    'UNIFORM(5..500)',
    'GAUSSIAN(5..500)',
    'gauss(5..500,2)',
    'NORM(5..500,100,30)',
    'EXP(5..500)',
    'EXTREME(5..500,0.6)',
    'weibull(5..500,2)',
    'QEXTREME(5..500,1,4)',
    'ZIPF(5..500)',
    'zipf(5..500,1.5)',
    'zipf(5..500,1)',
    'SEQ(5..500)',
    '~EXP(5..500)',
  ]) {
    const values = drawn(form)
    t.true(
      values.every((value) => Number.isInteger(value) && value >= 5 && value <= 500),
      form,
    )
    t.true(new Set(values).size > 20, form)
  }
})

test('distributions have the shapes that they are named for', (t) => {
  t.true(Math.abs(mean(drawn('UNIFORM(1..1000)')) - 500) < 10)
  const gaussian = drawn('GAUSSIAN(1..1001)')
  t.true(Math.abs(mean(gaussian) - 501) < 10)
  // Three deviations to the edge by default: 68 % lie within one.
  t.true(Math.abs(shareOf(gaussian, (value) => Math.abs(value - 501) <= 1000 / 6) - 0.683) < 0.02)
  t.true(Math.abs(mean(drawn('GAUSSIAN(1..1000,200,10)')) - 200) < 2)
  // cassandra-stress: mean = (max - min) / (quantile of the standard at 1 - sqrt(1 / (max - min))).
  const expected = 10_000 / -Math.log(Math.sqrt(1 / 10_000))
  t.true(Math.abs(mean(drawn('EXP(0..10k)')) / expected - 1) < 0.05)
  t.true(mean(drawn('~EXP(0..10k)')) > 7000)
  const zipf = drawn('ZIPF(1..1000,1)')
  const harmonic = Array.from({ length: 1000 }, (_, at) => 1 / (at + 1)).reduce((a, b) => a + b)
  for (const place of [1, 2, 5]) {
    t.true(Math.abs(shareOf(zipf, (value) => value === place) * place * harmonic - 1) < 0.15)
  }
  const quarters = drawn('QEXTREME(1..1000,1,4)').toSorted((a, b) => a - b)
  t.true((quarters[5000] ?? 0) < 200)
})

test('a sequence has one value after another, and begins again', (t) => {
  const sequence = parseDistribution('SEQ(3..5)')
  t.deepEqual(
    [1, 2, 3, 4].map((at) => sequence.draw(new SeededStream(1), at)),
    [3, 4, 5, 3],
  )
  t.is(parseDistribution('FIXED(12k)').draw(new SeededStream(1), 9), 12_000)
})

test('what is no distribution is refused, and the forms are told', (t) => {
  for (const text of [
    '',
    'UNIFORM',
    'UNIFORM(5)',
    'UNIFORM(9..5)',
    'UNIFORM(1..5,3)',
    'EXTREME(1..5)',
    'FIXED(a)',
    'ZIPF(1..5,-1)',
    'NONE(1..2)',
    'EXP(1..5..7)',
    'constructor(1..2)',
  ]) {
    t.throws(() => parseDistribution(text), {
      code: 'TROUPE_THROTTLER_DISTRIBUTION_INVALID',
      message: /is no distribution: it must be one of FIXED/,
    })
  }
})

test('counts have units of thousands', (t) => {
  t.deepEqual(['5', '10k', '2M', '1b', 'x', '1.5', ''].map(parseCount), [
    5,
    10_000,
    2e6,
    1e9,
    undefined,
    undefined,
    undefined,
  ])
})

test('a stream draws the same for the same numbers, and uuids of version 4', (t) => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (seed, index) => {
      const uuid = new SeededStream(seed, index).uuid()
      t.regex(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      t.is(new SeededStream(seed, index).uuid(), uuid)
      t.not(new SeededStream(seed, index + 1).uuid(), uuid)
    }),
  )
  const many = new Set(Array.from({ length: 100_000 }, (_, at) => new SeededStream(1, at).uuid()))
  t.is(many.size, 100_000)
  t.deepEqual(new SeededStream(1, 2).bytes(7), new SeededStream(1, 2).bytes(7))
  t.is(new SeededStream(1, 2).text(30).length, 30)
})
