import fc from 'fast-check'
import {
  ConnectionDecoder,
  ConnectionEncoder,
  decodeAlone,
} from '../../../src/actors/codec/index.ts'
import { encodeAlone } from '../../../src/actors/codec/index.ts'
import { FrameSplitter } from '../../../src/actors/remote/frame-splitter.ts'
import { attacks } from './attacks.ts'
import { oddBytes, oddControl, oddValue, mutations } from './generators.ts'
import { frameOf } from './raw-peer.ts'
import { shakeWith, wordsOfStrangers } from './strange-hands.ts'
import { Siege } from './siege.ts'

/** What must hold whatever comes in; each run is short and stands for itself. */
export interface HostileProperty {
  readonly runs: number
  readonly property: fc.IAsyncPropertyWithHooks<never>
}

class Broken extends Error {}

function claim(holds: boolean, what: string): void {
  if (!holds) throw new Broken(what)
}

/** The error's code; throws what has none. */
function codeOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (typeof code === 'string' && code.startsWith('TROUPE_')) return code
    throw error
  }
}

const noRefs = { isRef: () => false, encodeRef: () => 0, decodeRef: (wire: unknown) => ({ wire }) }

function define<T>(
  runs: number,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => Promise<void> | void,
): HostileProperty {
  const property = fc.asyncProperty(inputs, async (input) => {
    await check(input)
    claim(Object.keys(Object.prototype).length === 0, 'a prototype was changed')
    claim(!('pwned' in globalThis), 'code was run')
  })
  return { runs, property: property as unknown as fc.IAsyncPropertyWithHooks<never> }
}

/** Values as batches of a connection, spoilt. */
const spoiltBatches = fc.tuple(fc.array(oddValue, { maxLength: 4 }), mutations)

export const properties: Readonly<Record<string, HostileProperty>> = {
  'bytes decode to a value or to TROUPE_CODEC_UNDECODABLE': define(
    600,
    fc.array(oddBytes, { minLength: 1, maxLength: 4 }),
    (frames) => {
      const decoder = new ConnectionDecoder(noRefs)
      for (const bytes of frames) {
        for (const run of [() => decoder.decode(bytes.slice()), () => decodeAlone(bytes)]) {
          claim([undefined, 'TROUPE_CODEC_UNDECODABLE'].includes(codeOf(run)), 'another code')
        }
      }
    },
  ),

  'frames that were spoilt decode to a value or to TROUPE_CODEC_UNDECODABLE': define(
    600,
    spoiltBatches,
    ([values, spoil]) => {
      const encoder = new ConnectionEncoder(noRefs)
      const decoder = new ConnectionDecoder(noRefs)
      for (const value of values) {
        let bytes: Uint8Array
        try {
          bytes = encoder.encode([1, value], 0)
        } catch {
          return
        }
        const code = codeOf(() => decoder.decode(spoil(bytes)))
        claim([undefined, 'TROUPE_CODEC_UNDECODABLE'].includes(code), String(code))
        if (code !== undefined) return
      }
    },
  ),

  'a stream of bytes comes apart into frames, or ends with a code': define(
    400,
    fc.tuple(
      fc.array(fc.oneof(fc.uint8Array({ maxLength: 200 }), oddBytes), { maxLength: 6 }),
      fc.oneof({ weight: 2, arbitrary: fc.constant((b: Uint8Array) => b) }, mutations),
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 }),
    ),
    ([bodies, spoil, cuts]) => {
      const whole = new Uint8Array(Buffer.concat(bodies.map((body) => frameOf(body))))
      const stream = spoil(whole)
      const frames: Uint8Array[] = []
      const splitter = new FrameSplitter(64 * 1024, (frame) => frames.push(frame.slice()))
      let at = 0
      const code = codeOf(() => {
        for (let i = 0; at < stream.length; i++) {
          const next = Math.min(stream.length, at + (cuts[i % cuts.length] ?? 1))
          splitter.push(stream.slice(at, next))
          at = next
        }
      })
      const known = [undefined, 'TROUPE_LINK_PROTOCOL', 'TROUPE_LINK_FRAME_TOO_LARGE']
      claim(known.includes(code), String(code))
      const back = Buffer.concat(frames)
      claim(Buffer.from(stream).subarray(0, back.length).equals(back), 'frames that were not sent')
      if (stream === whole) claim(frames.length === bodies.length, 'frames were lost')
    },
  ),

  'a handshake lets nobody in who does not know the secret': define(
    400,
    fc.tuple(
      fc.constantFrom('caller' as const, 'listener' as const),
      fc.array(fc.oneof(wordsOfStrangers, oddBytes, oddValue.map(alone)), { maxLength: 6 }),
      fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant((b: Uint8Array) => b) }, mutations), {
        minLength: 1,
        maxLength: 3,
      }),
    ),
    ([role, words, spoilers]) => {
      const spoilt = words.map((word, i) => spoilers[i % spoilers.length]?.(word) ?? word)
      const outcome = shakeWith(role, spoilt)
      claim(outcome !== 'done', 'a stranger was let in')
    },
  ),

  'a stranger’s bytes close its connection and nobody else’s': define(
    40,
    fc.array(
      fc.oneof(
        wordsOfStrangers.map((b) => frameOf(b)),
        oddBytes,
        oddBytes.map((b) => frameOf(b)),
      ),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
    async (pieces) => {
      const siege = await Siege.begin()
      const stranger = await siege.peer()
      for (const piece of pieces) stranger.write(piece)
      await siege.world.advance(8_000)
      claim(stranger.isClosed, 'the connection is open still')
      await siege.mustHold()
    },
  ),

  'whatever a linked node says, the system and its other links stand': define(
    60,
    fc.array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc.record({ type: fc.constant('control' as const), control: oddControl }),
        },
        {
          weight: 4,
          arbitrary: fc.record({
            type: fc.constant('message' as const),
            to: fc.oneof(
              fc.constantFrom('pong', 'receptionist', 'inspector'),
              fc.integer({ min: -10, max: 80 }),
              fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 6 })),
              oddValue,
            ),
            message: oddValue,
          }),
        },
        {
          weight: 2,
          arbitrary: fc.record({
            type: fc.constant('spoilt' as const),
            value: oddValue,
            spoil: mutations,
          }),
        },
        {
          weight: 1,
          arbitrary: fc.record({
            type: fc.constant('bytes' as const),
            bytes: fc.oneof(oddBytes, fc.constantFrom(...Object.values(attacks))),
            flags: fc.nat(255),
          }),
        },
      ),
      { minLength: 1, maxLength: 12 },
    ),
    async (steps) => {
      const siege = await Siege.begin()
      const peer = await siege.peer()
      await peer.join(siege.world)
      let number = 0
      for (const step of steps) {
        switch (step.type) {
          case 'control': {
            const { control } = step
            const isNext = control.number === undefined
            const sent = peer.sendBatch([
              0,
              [isNext ? number + 1 : control.number, control.kind, ...control.words],
            ])
            if (isNext && sent) number++
            break
          }
          case 'message':
            peer.sendBatch([siege.numberOf(step.to), step.message])
            break
          case 'spoilt': {
            const bytes = peer.bytesOf([siege.numberOf('pong'), step.value])
            if (bytes !== undefined) peer.send(step.spoil(bytes))
            break
          }
          case 'bytes':
            peer.send(step.bytes, step.flags)
        }
        await siege.world.settle()
      }
      await siege.world.advance(5_000)
      peer.connection.destroy()
      await siege.mustHold()
    },
  ),
}

function alone(value: unknown): Uint8Array {
  try {
    return encodeAlone(['troupe', value])
  } catch {
    return new Uint8Array(0)
  }
}
