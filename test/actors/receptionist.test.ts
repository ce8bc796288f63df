import test from 'ava'

import { receive, serviceKey, stopped } from '../../src/actors/index.ts'
import type { Listing, ReceptionistMessage } from '../../src/actors/index.ts'
import { newWorld, startTestNode } from './remote/memory-nodes.ts'
import { testSystem } from '../../src/actors/testkit/index.ts'

const workers = serviceKey<string>('workers')
const others = serviceKey<string>('others')
const worker = receive<string>((message) => (message === 'end' ? stopped : undefined))

test('actors are found by the key under which they were registered, in that order', async (t) => {
  const kit = testSystem()
  const { receptionist } = kit.system
  const [a, b, c] = ['a', 'b', 'c'].map((name) => kit.spawn(worker, name))
  if (a === undefined || b === undefined || c === undefined) throw new RangeError('three')
  receptionist.register(workers, a)
  receptionist.register(others, c)
  receptionist.register(workers, b)
  receptionist.register(workers, a)
  t.deepEqual(await kit.until(receptionist.find(workers)), [a, b])
  t.deepEqual(await kit.until(receptionist.find(others)), [c])
  t.deepEqual(await kit.until(receptionist.find(serviceKey<string>('nobody'))), [])
  t.is(kit.system.find('/system/receptionist'), receptionist.ref)
  t.true(kit.ledgerBalanced())
})

test('an entry leaves when its actor terminates, or is deregistered', async (t) => {
  const kit = testSystem()
  const { receptionist } = kit.system
  const a = kit.spawn(worker)
  const b = kit.spawn(worker)
  receptionist.register(workers, a)
  receptionist.register(others, a)
  receptionist.register(workers, b)
  a.tell('end')
  await kit.settle()
  t.deepEqual(await kit.until(receptionist.find(workers)), [b])
  t.deepEqual(await kit.until(receptionist.find(others)), [])
  receptionist.deregister(workers, b)
  receptionist.deregister(workers, b)
  t.deepEqual(await kit.until(receptionist.find(workers)), [])
})

test('an actor that is gone before it is registered leaves at once', async (t) => {
  const kit = testSystem()
  const { receptionist } = kit.system
  const a = kit.spawn(worker)
  await kit.until(kit.system.stop(a))
  receptionist.register(workers, a)
  await kit.settle()
  t.deepEqual(await kit.until(receptionist.find(workers)), [])
})

test('an actor under two keys is still watched when it leaves one of them', async (t) => {
  const kit = testSystem()
  const { receptionist } = kit.system
  const a = kit.spawn(worker)
  receptionist.register(workers, a)
  receptionist.register(others, a)
  receptionist.deregister(others, a)
  a.tell('end')
  await kit.settle()
  t.deepEqual(await kit.until(receptionist.find(workers)), [])
})

test('subscribers are told at once and after every change, until they leave', async (t) => {
  const kit = testSystem()
  const { receptionist } = kit.system
  const probe = kit.probe<Listing<string>>()
  const counts = (): number[] => probe.messages.map(({ refs }) => refs.length)
  const a = kit.spawn(worker)
  receptionist.subscribe(workers, probe.ref)
  receptionist.register(workers, a)
  receptionist.register(workers, a)
  receptionist.register(others, a)
  await kit.settle()
  t.deepEqual(counts(), [0, 1])
  a.tell('end')
  await kit.settle()
  t.deepEqual(counts(), [0, 1, 0])
  receptionist.unsubscribe(workers, probe.ref)
  receptionist.register(workers, kit.spawn(worker))
  await kit.settle()
  t.is(counts().length, 3)
})

test('an actor of another node can register with the receptionist of this one, and leaves with its node', async (t) => {
  const world = newWorld()
  const here = await startTestNode(world, 'here')
  const there = await startTestNode(world, 'there')
  const { receptionist } = here.system
  const count = async (): Promise<number> => (await world.until(receptionist.find(workers))).length
  t.is(await count(), 0)
  const peer = await world.until(there.node.join(here.address))
  const far = await world.until(peer.resolve<ReceptionistMessage>(receptionist.ref.path))
  const [first, second] = [1, 2].map(() => there.system.spawn(worker))
  if (first === undefined || second === undefined) throw new RangeError('two')
  for (const ref of [first, second, first]) far.tell({ type: 'Register', key: 'workers', ref })
  await world.settle()
  t.is(await count(), 2)
  far.tell({ type: 'Deregister', key: 'workers', ref: second })
  await world.settle()
  t.is(await count(), 1)
  const [listed] = await world.until(receptionist.find(workers))
  listed?.tell('end')
  await world.settle()
  t.is(await count(), 0, 'it has ended')
  far.tell({ type: 'Register', key: 'workers', ref: second })
  await world.settle()
  t.is(await count(), 1)
  world.kill('there')
  await world.advance(60_000)
  t.is(await count(), 0, 'its node is lost')
})

test('a subscriber that terminates is forgotten', async (t) => {
  const kit = testSystem()
  const { receptionist } = kit.system
  const probe = kit.probe<Listing<string>>()
  receptionist.subscribe(workers, probe.ref)
  await kit.settle()
  await kit.until(kit.system.stop(probe.ref))
  receptionist.register(workers, kit.spawn(worker))
  await kit.settle()
  t.is(kit.events.of('DeadLetter').length, 0)
})
