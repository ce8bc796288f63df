import test from 'ava'
import { encodeAlone } from '../../../src/actors/codec/index.ts'
import type { MemoryWorld } from '../../../src/platform/index.ts'
import { newWorld, startTestNode } from '../remote/memory-nodes.ts'
import { RawPeer, frameOf } from './raw-peer.ts'

function connectionsOf(world: MemoryWorld, name: string): number {
  return world.inUse().find((use) => use.name === name)?.connections ?? 0
}

test('strangers who say nothing are bounded in number, and gone at their deadline', async (t) => {
  const world = newWorld()
  const { node } = await startTestNode(world, 'a', { handshakeMs: 5_000 })
  const environment = world.environment('crowd')
  const crowd: RawPeer[] = []
  for (let i = 0; i < 1_500; i++) {
    crowd.push(await world.until(RawPeer.call(environment, node.address)))
  }
  await world.settle()
  t.is(connectionsOf(world, 'a'), 1_024)
  await world.advance(7_000)
  t.is(connectionsOf(world, 'a'), 0)
  t.true(crowd.every((peer) => peer.isClosed))
  const friend = await startTestNode(world, 'b')
  t.is((await world.until(friend.node.join(node.address ?? { host: '', port: 0 }))).system, 'a')
})

test('a stranger who says a byte at a time has no more time than any other', async (t) => {
  const world = newWorld()
  const { node } = await startTestNode(world, 'a', { handshakeMs: 5_000 })
  const peer = await world.until(RawPeer.call(world.environment('slow'), node.address))
  const hello = frameOf(encodeAlone(['troupe', 'hello', 'x'.repeat(100)]))
  for (let i = 0; i < 49; i++) {
    peer.write(hello.slice(i, i + 1))
    await world.advance(100)
  }
  t.false(peer.isClosed)
  await world.advance(200)
  t.true(peer.isClosed)
})

test('a stranger who is refused and does not close is cut', async (t) => {
  const world = newWorld()
  const { node } = await startTestNode(world, 'a')
  const peer = await world.until(RawPeer.call(world.environment('stubborn'), node.address))
  peer.send(encodeAlone(['troupe', 'nonsense']))
  await world.settle()
  const another = await world.until(RawPeer.call(world.environment('deaf'), node.address))
  world.network.cut('deaf', 'a', { oneWay: true })
  another.connection.destroy()
  peer.send(encodeAlone(['troupe', 'more']))
  await world.advance(5_000)
  t.is(connectionsOf(world, 'a'), 1)
  await world.advance(1_500)
  t.is(connectionsOf(world, 'a'), 0)
})

test('a node that is left and does not close its side holds no connection open', async (t) => {
  const world = newWorld()
  const a = await startTestNode(world, 'a')
  const b = await startTestNode(world, 'b')
  const peer = await world.until(a.node.join(b.address))
  world.network.cut('b', 'a', { oneWay: true })
  peer.leave()
  await world.advance(4_000)
  t.is(connectionsOf(world, 'a'), 1)
  await world.advance(2_000)
  t.is(connectionsOf(world, 'a'), 0)
})
