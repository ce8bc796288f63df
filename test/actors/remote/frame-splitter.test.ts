import test from 'ava'
import fc from 'fast-check'
import { FrameSplitter, sealFrame } from '../../../src/actors/remote/frame-splitter.ts'

function frameOf(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(body.length + 5)
  frame.set(body, 5)
  sealFrame(frame)
  return frame
}

test('frames come out whole and in order, wherever the stream was cut', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 }),
      (bodies, cuts) => {
        const stream = new Uint8Array(bodies.flatMap((body) => [...frameOf(body)]))
        const frames: Uint8Array[] = []
        const splitter = new FrameSplitter(1000, (frame) => frames.push(frame))
        for (let at = 0, i = 0; at < stream.length; i++) {
          const length = cuts[i % cuts.length] ?? 1
          splitter.push(stream.slice(at, at + length))
          at += length
        }
        t.deepEqual(
          frames.map((frame) => frame.slice(5)),
          bodies,
        )
      },
    ),
  )
})

test('a frame in one piece is a view of it', (t) => {
  const bytes = frameOf(new Uint8Array([1, 2, 3]))
  let seen: Uint8Array | undefined
  new FrameSplitter(100, (frame) => (seen = frame)).push(bytes)
  t.is(seen?.buffer, bytes.buffer)
})

test('the length is checked before any room is made for it', (t) => {
  const splitter = new FrameSplitter(100, () => undefined)
  t.throws(
    () => {
      splitter.push(new Uint8Array([0x7f, 0xff, 0xff, 0xff, 0]))
    },
    { code: 'TROUPE_LINK_FRAME_TOO_LARGE' },
  )
  t.throws(
    () => {
      new FrameSplitter(100, () => undefined).push(new Uint8Array(5))
    },
    { code: 'TROUPE_LINK_PROTOCOL' },
  )
})
