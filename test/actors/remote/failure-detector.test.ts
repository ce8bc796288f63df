import test from 'ava'
import fc from 'fast-check'
import { FailureDetector, defaultDetector } from '../../../src/actors/remote/failure-detector.ts'

function afterBeats(intervals: readonly number[]): { detector: FailureDetector; now: number } {
  let now = 0
  const detector = new FailureDetector(defaultDetector, now)
  for (const interval of intervals) detector.heartbeat((now += interval))
  return { detector, now }
}

test('suspicion grows with silence and never falls without a heartbeat', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 500, max: 2_000 }), { maxLength: 200 }), (intervals) => {
      const { detector, now } = afterBeats(intervals)
      let last = -1
      for (let silence = 0; silence <= 60_000; silence += 250) {
        const phi = detector.phi(now + silence)
        t.false(Number.isNaN(phi))
        t.true(phi >= last)
        last = phi
      }
      t.true(last >= defaultDetector.threshold)
    }),
    { numRuns: 30 },
  )
})

test('a regular heart is trusted through the pause, and suspected soon after it', (t) => {
  const { detector, now } = afterBeats(new Array<number>(50).fill(1_000))
  t.true(detector.phi(now + 1_000) < 0.01)
  t.false(detector.isSuspicious(now + 4_000))
  t.true(detector.isSuspicious(now + 5_000))
})

test('an irregular heart gets more time than a regular one', (t) => {
  const irregular = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 200 : 1_800))
  const { detector, now } = afterBeats(irregular)
  t.false(detector.isSuspicious(now + 5_000))
  t.true(detector.isSuspicious(now + 12_000))
})

test('a long silence that was forgiven does not count as usual', (t) => {
  const { detector, now } = afterBeats(new Array<number>(50).fill(1_000))
  detector.heartbeat(now + 60_000)
  t.true(detector.isSuspicious(now + 60_000 + 5_000))
})
