import test from 'ava'
import fc from 'fast-check'

import type { Random } from '../../src/platform/index.ts'
import { exponentialBackoff, nextDelay } from '../../src/supervision/index.ts'
import type { BackoffState } from '../../src/supervision/index.ts'

const chance = (float: number): Random => ({
  float: () => float,
  int: () => 0,
  bytes: (length) => new Uint8Array(length),
  id: () => '0',
})

const exact = exponentialBackoff({ minMs: 3_000, maxMs: 30_000, jitterRatio: 0 })

/** The delays of failures each of which follows at once on the restart before. */
function delays(backoff: typeof exact, count: number, random: Random): number[] {
  let state: BackoffState | undefined
  let nowMs = 0
  return Array.from({ length: count }, () => {
    const [after, delayMs] = nextDelay(backoff, state, nowMs, random)
    state = after
    nowMs += delayMs
    return delayMs
  })
}

test('from 3 s to 30 s the delays are 3, 6, 12, 24, 30, 30 s', (t) => {
  t.deepEqual(delays(exact, 6, chance(0.5)), [3_000, 6_000, 12_000, 24_000, 30_000, 30_000])
})

test('with a jitter of 0.2 they lie in 2.4–3, 4.8–6, 9.6–12, 19.2–24, 24–30 s', (t) => {
  const backoff = exponentialBackoff({ minMs: 3_000, maxMs: 30_000 })
  t.deepEqual(delays(backoff, 5, chance(0)), [3_000, 6_000, 12_000, 24_000, 30_000])
  t.deepEqual(delays(backoff, 5, chance(1)), [2_400, 4_800, 9_600, 19_200, 24_000])
})

test('after resetAfterMs without failure the delays begin anew, a millisecond before they do not', (t) => {
  const backoff = exponentialBackoff({ minMs: 10, maxMs: 80, jitterRatio: 0, resetAfterMs: 500 })
  const [first] = nextDelay(backoff, undefined, 0, chance(0))
  t.deepEqual(first, { attempts: 1, restartedAtMs: 10 })
  t.is(nextDelay(backoff, first, 509, chance(0))[1], 20)
  t.is(nextDelay(backoff, first, 510, chance(0))[1], 10)
})

test('a factor of 1 gives constant delays', (t) => {
  const backoff = exponentialBackoff({ minMs: 5, maxMs: 100, factor: 1, jitterRatio: 0 })
  t.deepEqual(delays(backoff, 4, chance(0)), [5, 5, 5, 5])
})

test('whatever the options, delays stay in their bounds, and without chance never shrink in a row', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 100_000 }),
      fc.double({ min: 1, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (minMs, more, factor, jitterRatio, float) => {
        const maxMs = minMs + more
        const jittered = exponentialBackoff({ minMs, maxMs, factor, jitterRatio })
        const full = delays({ ...jittered, jitterRatio: 0, resetAfterMs: Infinity }, 20, chance(0))
        const some = delays({ ...jittered, resetAfterMs: Infinity }, 20, chance(float))
        full.forEach((delayMs, n) => {
          if (n > 0 && delayMs < (full[n - 1] ?? 0)) throw new RangeError('delays shrink')
          const got = some[n] ?? -1
          if (got > delayMs || got < Math.floor(delayMs * (1 - jitterRatio)) - 1) {
            throw new RangeError(`${String(got)} is out of bounds of ${String(delayMs)}`)
          }
          if (got > maxMs) throw new RangeError(`${String(got)} is above ${String(maxMs)}`)
        })
      },
    ),
  )
  t.pass()
})

for (const options of [
  { minMs: 0, maxMs: 10 },
  { minMs: 10, maxMs: 9 },
  { minMs: 10, maxMs: 2 ** 31 },
  { minMs: 1, maxMs: 2, factor: 0.5 },
  { minMs: 1, maxMs: 2, jitterRatio: 1.1 },
  { minMs: 1, maxMs: 2, resetAfterMs: Number.NaN },
]) {
  test(`a backoff of ${JSON.stringify(options)} is refused`, (t) => {
    t.throws(() => exponentialBackoff(options), { code: 'TROUPE_SUPERVISION_OPTION_INVALID' })
  })
}
