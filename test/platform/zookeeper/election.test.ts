import test from 'ava'

import { findLeader } from '../../../src/platform/zookeeper/index.ts'
import { Candidate, SESSION_MS, house } from './house.ts'

const place = { room: '/room', stem: 'one-' }
const text = (value: Uint8Array | undefined): string => new TextDecoder().decode(value)

test('who stands first leads and knows who else stands; when it stops the next one leads at once', async (t) => {
  const { world, servers, pause } = await house(1)
  const a = new Candidate(world.environment('a'), servers, 'a')
  await pause(500)
  const b = new Candidate(world.environment('b'), servers, 'b')
  await pause(500)
  t.true(a.leadership?.isHeld())
  t.is(b.leadership, undefined)
  t.deepEqual(a.members.at(-1), ['a', 'b'])
  t.is(text(await world.until(b.election.leader())), 'a')
  const environment = world.environment('seeker')
  t.is(text(await world.until(findLeader(environment, { servers, ...place }, SESSION_MS))), 'a')
  await world.until(a.election.stop())
  await pause(100)
  t.true(b.leadership?.isHeld())
  t.is(a.lost, undefined)
})

test('one that is killed is followed when its session has timed out, and not before', async (t) => {
  const { world, servers, pause } = await house(2)
  new Candidate(world.environment('a'), servers, 'a')
  await pause(500)
  const b = new Candidate(world.environment('b'), servers, 'b')
  await pause(500)
  world.kill('a')
  await pause(SESSION_MS / 2)
  t.is(b.leadership, undefined)
  await pause(SESSION_MS)
  t.true(b.leadership?.isHeld())
})

test('one that was stopped knows at its first turn that its time is over, before it is told', async (t) => {
  const { world, servers, pause } = await house(3)
  const a = new Candidate(world.environment('a'), servers, 'a')
  await pause(500)
  const b = new Candidate(world.environment('b'), servers, 'b')
  await pause(500)
  world.kill('a', 'SIGSTOP')
  await pause(3 * SESSION_MS)
  t.true(b.leadership?.isHeld())
  t.is(a.lost, undefined)
  t.false(a.leadership?.isHeld())
  world.kill('a', 'SIGCONT')
  await pause(100)
  t.truthy(a.lost)
})

test('with one server away the other serves, and with all of them away for less than a session nobody loses it', async (t) => {
  const { world, servers, serve, pause } = await house(4)
  const a = new Candidate(world.environment('a'), servers, 'a')
  await pause(500)
  world.kill('zookeeper-1')
  await pause(3 * SESSION_MS)
  t.true(a.leadership?.isHeld())
  world.kill('zookeeper-2')
  await pause(SESSION_MS / 4)
  await serve(2)
  await pause(3 * SESSION_MS)
  t.true(a.leadership?.isHeld())
  t.is(a.lost, undefined)
})

test('a session that is closed while it looks for another server stays closed', async (t) => {
  for (const seed of [5, 6, 7, 8]) {
    const { world, twin, servers, pause } = await house(seed)
    const a = new Candidate(world.environment('a'), servers, 'a')
    await pause(500)
    world.network.reset('a', 'zookeeper-1')
    world.network.reset('a', 'zookeeper-2')
    // Some of these are in the middle of its connecting.
    await pause(500 + seed * 3)
    await world.until(a.election.stop())
    await pause(3 * SESSION_MS)
    t.is(twin.tree.find('/room')?.children.size, 0)
  }
})

test('one whose place in the queue was removed leads no more', async (t) => {
  const { world, twin, servers, pause } = await house(9)
  const a = new Candidate(world.environment('a'), servers, 'a')
  await pause(500)
  for (const name of twin.tree.find('/room')?.children ?? []) twin.tree.remove(`/room/${name}`, -1)
  await pause(500)
  t.is(a.lost, 'its place in the queue is gone')
})

test('changes that are made together are made all, or none', async (t) => {
  const { world, servers, pause } = await house(10)
  const a = new Candidate(world.environment('a'), servers, 'a')
  await pause(500)
  const tree = a.leadership?.tree
  if (tree === undefined) return void t.fail()
  const value = Uint8Array.of(1, 2)
  const create = (path: string) => ({ type: 'create', path, value }) as const
  await world.until(tree.transact([create('/x'), create('/y')]))
  t.deepEqual(await world.until(tree.get('/y')), value)
  await t.throwsAsync(world.until(tree.transact([create('/z'), create('/x')])), {
    code: 'TROUPE_PLATFORM_ZOOKEEPER_REFUSED',
  })
  t.is(await world.until(tree.get('/z')), undefined)
  await world.until(
    tree.transact([
      { type: 'delete', path: '/x' },
      { type: 'setData', path: '/y', value: Uint8Array.of(3) },
    ]),
  )
  t.is(await world.until(tree.get('/x')), undefined)
  t.deepEqual(await world.until(tree.get('/y')), Uint8Array.of(3))
})
