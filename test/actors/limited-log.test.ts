import test from 'ava'
import { ActorSystem, oneForOne, receive, setup } from '../../src/index.ts'
import { memoryEnvironment } from '../../src/platform/index.ts'
import { newWorld, startTestNode } from './remote/memory-nodes.ts'
import { RawPeer } from './hostile/raw-peer.ts'

test('of one kind of line fifty are written in ten seconds; then one tells how many were left out', async (t) => {
  const world = memoryEnvironment()
  const system = ActorSystem.create('main', { environment: world.environment('main') })
  const { log } = system.environment
  for (let i = 0; i < 1_000; i++) log.write('warn', `the sky is falling, piece ${String(i)}`)
  log.write('warn', 'something else')
  t.is(world.logEntries.length, 51)
  t.is(world.logEntries.at(-1)?.message, 'something else')
  await world.advance(10_000)
  t.is(world.logEntries.length, 52)
  t.deepEqual(world.logEntries.at(-1)?.fields, { leftOut: 950 })
  log.write('warn', 'the sky is falling again')
  t.is(world.logEntries.length, 53)
})

test('kinds are bounded, too', async (t) => {
  const world = memoryEnvironment()
  const system = ActorSystem.create('main', { environment: world.environment('main') })
  for (let i = 0; i < 10_000; i++) {
    const word = i.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')
    system.environment.log.write('error', `${word} is odd`)
  }
  t.is(world.logEntries.length, 306)
  await world.advance(60_000)
  t.is(world.logEntries.length, 307)
})

test('twenty minutes of strangers at the door leaves a short log, and a count of the rest', async (t) => {
  const world = newWorld()
  const { node } = await startTestNode(world, 'a')
  for (let minute = 0; minute < 20; minute++) {
    for (let i = 0; i < 100; i++) {
      const peer = await world.until(RawPeer.call(world.environment('crowd'), node.address))
      peer.write(new Uint8Array(8))
    }
    await world.advance(60_000)
  }
  t.true(world.logEntries.length <= 20 * 52, String(world.logEntries.length))
  const leftOut = world.logEntries.reduce(
    (sum, { fields }) => sum + Number(fields['leftOut'] ?? 0),
    0,
  )
  t.is(leftOut + world.logEntries.filter(({ fields }) => 'code' in fields).length, 2_000)
})

test('a storm of restarts that nothing stops keeps its log and its records bounded', async (t) => {
  const world = memoryEnvironment()
  const system = ActorSystem.create('main', { environment: world.environment('main') })
  const failing = receive<number>((n, ctx) => {
    ctx.log.write('error', `it failed at ${String(n)}`)
    throw new TypeError(`failure ${String(n)}`)
  })
  const parent = setup<number>((ctx) => {
    const child = ctx.spawn(failing, 'failing')
    return receive((n) => {
      child.tell(n)
    })
  })
  const ref = system.spawn(parent, 'parent', {
    supervision: oneForOne({ maxRestarts: 65_536, periodMs: 1_000 }),
  })
  for (let second = 0; second < 60; second++) {
    for (let i = 0; i < 2_000; i++) ref.tell(i)
    await world.advance(1_000)
  }
  t.is(system.tree().find(({ path }) => path.endsWith('/failing'))?.restarts, 120_000)
  t.true(world.logEntries.length <= 7 * 51, String(world.logEntries.length))
  t.true(system.decisions.newest(1_000_000).length <= 10_000)
  t.is(system.ledger().failed, 120_000)
})
