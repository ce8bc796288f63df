import fc from 'fast-check'
import { encodeAlone } from '../../../src/actors/codec/index.ts'
import { Credentials } from '../../../src/actors/remote/credentials.ts'
import { Handshake } from '../../../src/actors/remote/handshake.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import { oddValue } from './generators.ts'
import { bodiesIn, frameOf } from './raw-peer.ts'

const crypto = nodeEnvironment().crypto
const nonce = fc.oneof(
  fc.constant(new Uint8Array(16).fill(1)),
  fc.uint8Array({ maxLength: 80 }),
  oddValue,
)
const count = fc.oneof(fc.constantFrom(0, 1, -1, NaN, 1e300, 0.5, Infinity), oddValue)
const proof = fc.oneof(fc.constantFrom(undefined, new Uint8Array(32), new Uint8Array(0)), oddValue)

/** What those say who know the words but not the secret. */
export const wordsOfStrangers: fc.Arbitrary<Uint8Array> = fc
  .oneof(
    fc.tuple(
      fc.constant('troupe'),
      fc.constant('hello'),
      fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, count),
      fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, count),
      fc.oneof({ weight: 3, arbitrary: fc.constantFrom('raw', 'a') }, oddValue),
      fc.oneof({ weight: 3, arbitrary: fc.constantFrom('n-1', 'us') }, oddValue),
      fc.oneof({ weight: 3, arbitrary: fc.constantFrom('messages', 'bulk') }, oddValue),
      fc.oneof(fc.constant(undefined), oddValue),
      fc.oneof(fc.constant(undefined), count),
      fc.oneof({ weight: 3, arbitrary: fc.constant(new Uint8Array(16)) }, nonce),
    ),
    fc.tuple(
      fc.constant('troupe'),
      fc.constant('proof'),
      proof,
      fc.oneof(fc.constant([]), fc.array(fc.tuple(oddValue, proof), { maxLength: 3 }), oddValue),
      count,
      count,
      count,
    ),
    fc.tuple(fc.constant('troupe'), fc.constant('refused'), oddValue, oddValue),
  )
  .map((words) => {
    try {
      return encodeAlone(words)
    } catch {
      return new Uint8Array(0)
    }
  })

/** Runs one side of a handshake against words; `reflect`ed ones come from itself. */
export function shakeWith(
  role: 'caller' | 'listener',
  words: readonly Uint8Array[],
): 'done' | 'refused' | 'open' {
  const credentials = new Credentials(crypto, 'hush', { app: 'token' })
  const self = { system: 'a', node: 'us', address: undefined, credentials }
  const handshake = new Handshake(role, 'messages', self, new Uint8Array(16).fill(3), {
    receivedFrom: () => ({ control: 0, messages: 0, bulk: 0 }),
    objection: () => undefined,
    canHaveReceived: () => true,
  })
  const own: Uint8Array[] = role === 'caller' ? [...handshake.begin().send] : []
  const reflected = (): Uint8Array | undefined => {
    const last = own.at(-1)
    return last === undefined ? undefined : bodiesIn(sealed(last))[0]
  }
  for (const word of words) {
    // Nothing to say: its own last word comes back to it.
    const body = word.byteLength === 0 ? (reflected() ?? word) : word
    let step
    try {
      step = handshake.step(frameOf(body))
    } catch (error) {
      const { code } = error as { code?: unknown }
      if (typeof code === 'string' && code.startsWith('TROUPE_')) return 'refused'
      throw error
    }
    own.push(...step.send)
    if (step.outcome !== undefined) return step.outcome.type
  }
  return 'open'
}

function sealed(frame: Uint8Array): Uint8Array {
  return frameOf(frame.subarray(5))
}
