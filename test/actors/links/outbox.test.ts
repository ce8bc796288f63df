import test from 'ava'
import { ActorSystem } from '../../../src/actors/index.ts'
import { resolveLimits } from '../../../src/actors/links/index.ts'
import { Outbox } from '../../../src/actors/links/outbox.ts'
import type { OutboxHost } from '../../../src/actors/links/outbox.ts'
import { memoryEnvironment } from '../../../src/platform/index.ts'

/** A transport as a socket's: it says `drained` only if the last frame was told to wait. */
function setUp(): {
  readonly world: ReturnType<typeof memoryEnvironment>
  readonly outbox: Outbox
  readonly frames: Uint8Array[]
  isFull: boolean
} {
  const world = memoryEnvironment()
  const { core } = ActorSystem.create('a', { environment: world.environment('a') })
  const host: OutboxHost = {
    dispatcher: core.dispatcher,
    limits: resolveLimits(undefined, () => undefined),
    newRefs: () => ({ isRef: () => false, encodeRef: () => 0, decodeRef: () => 0 }),
    controlSent: () => undefined,
    offerSent: () => undefined,
    refused: () => undefined,
    controlRefused: () => undefined,
  }
  const outbox = new Outbox(host)
  const frames: Uint8Array[] = []
  const state = { world, outbox, frames, isFull: false }
  outbox.attach(
    {
      send(frame) {
        frames.push(frame)
        return !state.isFull
      },
      close: () => undefined,
    },
    [],
  )
  return state
}

test('an acknowledgement passes a line that stands still, and sets it going where it finds room', async (t) => {
  const state = setUp()
  const { world, outbox, frames } = state
  state.isFull = true
  outbox.post(1, 'first')
  await world.settle()
  outbox.post(1, 'second')
  await world.settle()
  t.is(frames.length, 1)
  t.is(outbox.queued, 1)
  outbox.postAcknowledgement([0, 0, 0, 0])
  t.is(frames.length, 2)
  t.is(outbox.queued, 1)
  state.isFull = false
  outbox.postAcknowledgement([0, 0, 0, 0])
  await world.settle()
  t.is(outbox.queued, 0)
  t.is(frames.length, 4)
})

test('what waits is bounded in bytes as soon as sizes are known', async (t) => {
  const state = setUp()
  const { world, outbox } = state
  const mebibyte = new Uint8Array(1024 * 1024)
  state.isFull = true
  outbox.post(1, mebibyte)
  await world.settle()
  let taken = 0
  while (taken < 1_000 && outbox.post(1, mebibyte)) taken++
  t.true(taken > 200 && taken <= 256, String(taken))
})
