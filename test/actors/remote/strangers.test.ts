import test from 'ava'
import fc from 'fast-check'
import { decodeAlone, encodeAlone } from '../../../src/actors/codec/index.ts'
import { receive } from '../../../src/actors/index.ts'
import type { Connection, MemoryWorld } from '../../../src/platform/index.ts'
import { newWorld, spawnSeer, startTestNode } from './memory-nodes.ts'
import type { TestNode } from './memory-nodes.ts'

/** A peer that speaks bytes. */
interface Stranger {
  readonly connection: Connection
  readonly words: () => unknown[]
  readonly isClosed: () => boolean
  send(body: Uint8Array, flags?: number): void
}

async function callAs(world: MemoryWorld, name: string, to: TestNode): Promise<Stranger> {
  const { network } = world.environment(name)
  const address = to.node.address ?? { host: '', port: 0 }
  const connection = await world.until(network.connect(address))
  let bytes = new Uint8Array(0)
  let closed = false
  connection.handle({
    data: (more) => {
      bytes = new Uint8Array([...bytes, ...more])
    },
    closed: () => {
      closed = true
    },
  })
  return {
    connection,
    words: () => framesIn(bytes).map(decodeAlone),
    isClosed: () => closed,
    send(body, flags = 0) {
      connection.write(frame(body, flags))
    },
  }
}

function frame(body: Uint8Array, flags = 0): Uint8Array {
  const bytes = new Uint8Array(body.length + 5)
  new DataView(bytes.buffer).setUint32(0, body.length + 1)
  bytes[4] = flags
  bytes.set(body, 5)
  return bytes
}

function framesIn(bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = []
  for (let at = 0; at + 5 <= bytes.length;) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0)
    frames.push(bytes.subarray(at + 5, at + 4 + length))
    at += 4 + length
  }
  return frames
}

function hello(version = 1, oldest = 1): Uint8Array {
  const nonce = new Uint8Array(16).fill(7)
  const head = ['troupe', 'hello', version, oldest, 'stranger', 'node-of-stranger']
  return encodeAlone([...head, 'messages', undefined, undefined, nonce])
}

test('another protocol version is refused with a code that both sides see', async (t) => {
  const world = newWorld()
  const node = await startTestNode(world, 'a')
  const stranger = await callAs(world, 'stranger', node)
  stranger.send(hello(9, 5))
  await world.settle()
  t.deepEqual(stranger.words(), [
    ['troupe', 'refused', 'TROUPE_NODE_PROTOCOL_VERSION', '5 to 9 here, 1 to 1 there'],
  ])
  t.true(stranger.isClosed())
  t.true(
    world.logEntries.some(
      ({ node: name, fields }) => name === 'a' && fields['code'] === 'TROUPE_NODE_PROTOCOL_VERSION',
    ),
  )
})

test('a stranger who proves nothing is refused before it learns anything', async (t) => {
  const world = newWorld()
  const node = await startTestNode(world, 'a')
  for (const secret of [undefined, new Uint8Array(32)]) {
    const stranger = await callAs(world, 'stranger', node)
    stranger.send(hello())
    await world.settle()
    stranger.send(encodeAlone(['troupe', 'proof', secret, [], 0, 0, 0]))
    stranger.send(encodeAlone([1, 'message']))
    await world.settle()
    const words = stranger.words() as unknown[][]
    t.deepEqual(
      words.map(([, type]) => type),
      ['hello', 'refused'],
    )
    t.is(words[1]?.[2], 'TROUPE_NODE_WRONG_SECRET')
    t.true(stranger.isClosed())
  }
  t.deepEqual(node.node.nodes, [])
})

test('a proof that was overheard is worth nothing on another connection', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const b = await startTestNode(world, 'b')
  const heard: Uint8Array[] = []
  // A proxy between the two: it passes everything on and keeps what the caller said.
  const { network } = world.environment('thief')
  const listener = await world.until(
    network.listen({ host: 'thief', port: 0 }, (caller) => {
      void network.connect(a.node.address ?? { host: '', port: 0 }).then((target) => {
        caller.handle({
          data: (bytes) => {
            heard.push(bytes.slice())
            target.write(bytes)
          },
          closed: () => {
            target.end()
          },
        })
        target.handle({
          data: (bytes) => {
            caller.write(bytes)
          },
          closed: () => {
            caller.end()
          },
        })
      })
    }),
  )
  const peer = await world.until(b.node.join(`thief:${String(listener.address.port)}`))
  t.is(peer.system, 'a')
  world.kill('b')
  await world.advance(60_000)
  const stranger = await callAs(world, 'stranger', a)
  stranger.connection.write(heard[0] ?? new Uint8Array(0))
  await world.settle()
  stranger.connection.write(heard[1] ?? new Uint8Array(0))
  await world.settle()
  const last = stranger.words().at(-1) as unknown[]
  t.true(last.includes('TROUPE_NODE_WRONG_SECRET') || last.includes('TROUPE_NODE_QUARANTINED'))
  t.true(stranger.isClosed())
})

test('a handshake that is not done in time ends', async (t) => {
  const world = newWorld()
  const node = await startTestNode(world, 'a', { handshakeMs: 2_000 })
  const stranger = await callAs(world, 'stranger', node)
  await world.advance(1_900)
  t.false(stranger.isClosed())
  await world.advance(200)
  t.true(stranger.isClosed())
})

test('whatever strangers send, they are shown the door and the node lives on', async (t) => {
  const world = newWorld()
  const node = await startTestNode(world, 'a')
  const friend = await startTestNode(world, 'b')
  const seer = spawnSeer<number>(node.system, 'seer')
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          fc.uint8Array({ maxLength: 60 }).map((body) => frame(body)),
          fc.anything({ withBigInt: true, maxDepth: 2 }).map((value) => {
            try {
              return frame(encodeAlone(['troupe', value]))
            } catch {
              return frame(hello())
            }
          }),
          fc.constant(frame(hello())),
          fc.constant(new Uint8Array([255, 255, 255, 255, 0])),
          fc.constant(new Uint8Array([0, 0, 0, 0, 0])),
        ),
        { minLength: 1, maxLength: 5 },
      ),
      async (pieces) => {
        const stranger = await callAs(world, 'stranger', node)
        for (const piece of pieces) stranger.connection.write(piece)
        await world.advance(6_000)
        t.true(stranger.isClosed())
      },
    ),
    { numRuns: 60 },
  )
  const peer = await world.until(friend.node.join(node.address))
  const ref = await world.until(peer.resolve<number>('/user/seer'))
  ref.tell(1)
  await world.settle()
  t.deepEqual(seer.messages, [1])
})

test('a frame over the limit closes the connection, which is made again; the process lives on', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a', { limits: { maxFrameBytes: 1_000_000 } })
  const b = await startTestNode(world, 'b', { limits: { maxFrameBytes: 100_000 } })
  const seer = spawnSeer<unknown>(b.system, 'seer')
  const peer = await world.until(a.node.join(b.address))
  const ref = await world.until(peer.resolve<unknown>('/user/seer'))
  const reasons: string[] = []
  b.system.eventStream.subscribe('NodeUnreachable', ({ reason }) => reasons.push(reason))
  ref.tell(new Uint8Array(500_000))
  await world.advance(5_000)
  ref.tell('small')
  await world.settle()
  t.deepEqual(seer.messages, ['small'])
  t.regex(reasons[0] ?? '', /over the limit of 100000/)
  t.is(peer.counts().lost, 1)
})

test('a message larger than one’s own limit is refused where it is sent, with a code', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a', { limits: { maxFrameBytes: 100_000 } })
  const b = await startTestNode(world, 'b')
  b.system.spawn(
    receive<{ readonly bytes: Uint8Array }>(() => undefined),
    'sink',
  )
  const peer = await world.until(a.node.join(b.address))
  const ref = await world.until(peer.resolve<unknown>('/user/sink'))
  for (let i = 0; i < 10; i++) ref.tell({ bytes: new Uint8Array(30_000) })
  const ask = ref.ask((replyTo) => ({ replyTo, bytes: new Uint8Array(200_000) }))
  await t.throwsAsync(world.until(ask), { code: 'TROUPE_CODEC_TOO_LARGE' })
  await world.advance(2_000)
  const counts = peer.counts()
  t.is(counts.acknowledged, 10)
  t.is(counts.refused, 1)
  t.is(counts.accepted, counts.sent + counts.refused)
})
