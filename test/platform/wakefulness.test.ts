import test from 'ava'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { Wakefulness } from '../../src/platform/node/wakefulness.ts'

/** An event loop whose every turn takes 0.01 ms, and that sleeps when nobody asks for another. */
class Loop {
  #nowMs = 0
  #due: (() => void) | undefined
  readonly wakefulness: Wakefulness = new Wakefulness({
    now: () => this.#nowMs,
    nextTurn: (fn) => (this.#due = fn),
  })

  constructor() {
    this.wakefulness.awakeMs = 0.2
  }

  sleep(forMs: number): void {
    this.#nowMs += forMs
  }

  /** Turns until it sleeps, or so many times; how many times. */
  turns(most: number = Number.POSITIVE_INFINITY): number {
    let count = 0
    for (; count < most && this.#due !== undefined; count++) {
      const fn = this.#due
      this.#due = undefined
      this.#nowMs += 0.01
      fn()
    }
    return count
  }
}

test('an event loop turns on for a while after traffic, then sleeps', (t) => {
  const loop = new Loop()
  t.is(loop.turns(), 0)
  loop.wakefulness.heard()
  t.true(Math.abs(loop.turns() - 20) <= 1)
  t.is(loop.turns(), 0)
})

test('traffic while it turns makes it turn on from there', (t) => {
  const loop = new Loop()
  loop.wakefulness.sent()
  loop.turns(15)
  loop.wakefulness.heard()
  t.true(Math.abs(loop.turns() - 20) <= 1)
})

test('where nothing comes in time it tries less and less, but never stops for good', (t) => {
  const loop = new Loop()
  const tried: number[] = []
  for (let beat = 0; beat < 1_000; beat++) {
    loop.wakefulness.heard()
    if (loop.turns() > 0) tried.push(beat)
    loop.sleep(1_000)
  }
  t.deepEqual(tried.slice(0, 6), [0, 1, 2, 3, 6, 11])
  const gaps = tried.slice(1).map((beat, i) => beat - (tried[i] as number))
  t.is(Math.max(...gaps), 65)
})

test('one answer in time restores it', (t) => {
  const loop = new Loop()
  for (let beat = 0; beat < 500; beat++) {
    loop.wakefulness.heard()
    loop.turns()
    loop.sleep(1_000)
  }
  for (let beat = 0; beat < 65; beat++) {
    loop.wakefulness.sent()
    const isAwake = loop.turns(5) > 0
    loop.wakefulness.heard()
    loop.turns()
    if (isAwake) break
    loop.sleep(1_000)
  }
  for (let beat = 0; beat < 3; beat++) {
    loop.wakefulness.sent()
    t.true(loop.turns() > 0)
  }
})

test('at 0 it always sleeps; nonsense is refused', (t) => {
  const loop = new Loop()
  loop.wakefulness.awakeMs = 0
  loop.wakefulness.heard()
  loop.wakefulness.sent()
  t.is(loop.turns(), 0)
  for (const awakeMs of [-1, Number.NaN, 1_001, '5' as unknown as number]) {
    const error = t.throws(() => nodeEnvironment({ awakeMs }), {
      code: 'TROUPE_PLATFORM_OPTION_INVALID',
    })
    t.true(error.message.startsWith(`awakeMs is ${String(awakeMs)}: it takes milliseconds from 0`))
  }
})
