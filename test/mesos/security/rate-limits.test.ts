import test from 'ava'
import { parseRateLimits } from '../../../src/mesos/index.ts'
import { Throttle } from '../../../src/mesos/security/index.ts'

const limits = parseRateLimits(
  '{"limits":[{"principal":"p","qps":2,"capacity":3},{"principal":"free"}],"aggregate_default_qps":1}',
)

test('calls have their turn in order, at the rate of their principal', (t) => {
  const throttle = new Throttle(limits)
  const turns = [0, 0, 0, 0, 0].map((now) => throttle.take('p', now))
  t.deepEqual(turns, [
    { waitMs: 0 },
    { waitMs: 500 },
    { waitMs: 1000 },
    { waitMs: 1500 },
    { exceeded: 3 },
  ])
  t.deepEqual(throttle.take('p', 600), { waitMs: 1400 })
  t.deepEqual(throttle.take('p', 10_000), { waitMs: 0 })
})

test('a principal without a rate is not held up, those that are not named share one', (t) => {
  const throttle = new Throttle(limits)
  for (let n = 0; n < 10; n++) t.deepEqual(throttle.take('free', 0), { waitMs: 0 })
  t.deepEqual(throttle.take('other', 0), { waitMs: 0 })
  t.deepEqual(throttle.take(undefined, 0), { waitMs: 1000 })
  t.deepEqual(throttle.take('another', 0), { waitMs: 2000 })
})

test('rate limits that are none are refused with the place', (t) => {
  for (const [text, why] of [
    ['{', /no JSON/],
    ['{"limits":{}}', /'limits' is no list/],
    ['{"limits":[{"qps":1}]}', /limits\[0\] has no principal/],
    ['{"limits":[{"principal":"p","qps":0}]}', /qps of limits\[0\]/],
    ['{"limits":[{"principal":"p"},{"principal":"p"}]}', /Duplicate principal p/],
    ['{"aggregate_default_capacity":-1}', /capacity of aggregate_default/],
  ] as const) {
    t.throws(
      () => parseRateLimits(text),
      { code: 'TROUPE_MESOS_RATE_LIMITS_INVALID', message: why },
      text,
    )
  }
})
