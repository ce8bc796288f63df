import assert from 'node:assert/strict'
import { exponentialBackoff, oneForOne, receive, setup, stateful } from 'troupe'
import { testSystem } from 'troupe/testkit'

// A connection that fails three times before it stands, under a parent with a backoff of 1, 2, 4 … s.
const kit = testSystem()
const listener = kit.probe<string>('listener')
let attempts = 0

const connection = setup<string>((ctx) => {
  attempts++
  listener.ref.tell(`attempt ${String(attempts)} after ${String(ctx.environment.clock.now())} ms`)
  if (attempts < 4) throw new Error('refused')
  return stateful(0, (sent: number) => sent + 1)
})
const parent = setup<string>((ctx) => {
  const child = ctx.spawn(connection, 'connection')
  return receive((line) => {
    child.tell(line)
  })
})
kit.spawn(parent, 'client', {
  supervision: oneForOne({
    backoff: exponentialBackoff({ minMs: 1_000, maxMs: 30_000, jitterRatio: 0 }),
    maxRestarts: 5,
    periodMs: 60_000,
  }),
})

// Nothing sleeps: time is moved by hand.
await kit.settle()
await kit.advance(1_000)
await kit.advance(2_000)
await kit.advance(4_000)

for (const line of listener.messages) console.log(line)
assert.equal(attempts, 4)
assert.deepEqual(
  kit.events.of('ChildFailed').map(({ directive, delayMs }) => [directive, delayMs]),
  [
    ['restart', 1_000],
    ['restart', 2_000],
    ['restart', 4_000],
  ],
)
assert.ok(kit.ledgerBalanced())
