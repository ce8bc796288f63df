import test from 'ava'
import fc from 'fast-check'
import { memoryEnvironment } from '../../src/platform/index.ts'
import type { MemoryWorld } from '../../src/platform/index.ts'
import { connected, refusal } from './connections.ts'
import type { Ear } from './connections.ts'

/** A world of two nodes with one connection from b (near) to a (far). */
async function pair(world: MemoryWorld): Promise<{ near: Ear; far: Ear }> {
  return world.until(connected(world.environment('a'), world.environment('b')))
}

test('a cut holds bytes, and healing lets them flow in order', async (t) => {
  const world = memoryEnvironment({ delay: 1 })
  const { near, far } = await pair(world)
  world.network.cut('a', 'b')
  near.connection.write(Buffer.from('one '))
  near.connection.write(Buffer.from('two'))
  await world.advance(10_000)
  t.is(far.bytes, 0)
  world.network.heal('a', 'b')
  near.connection.write(Buffer.from(' three'))
  await world.advance(1)
  t.is(far.text, 'one two three')
  t.is(near.closings + far.closings, 0)
})

test('a cut in one direction lets the other pass', async (t) => {
  const world = memoryEnvironment()
  const { near, far } = await pair(world)
  world.network.cut('b', 'a', { oneWay: true })
  near.connection.write(Buffer.from('lost for now'))
  far.connection.write(Buffer.from('heard'))
  await world.settle()
  t.is(near.text, 'heard')
  t.is(far.text, '')
})

test('connecting across a cut ends at its time-out, or succeeds once it is healed', async (t) => {
  const world = memoryEnvironment()
  const listener = await world
    .environment('a')
    .network.listen({ host: 'a', port: 0 }, () => undefined)
  world.network.cut('a', 'b')
  const { network, clock } = world.environment('b')
  const started = clock.now()
  const error = await refusal(world.until(network.connect(listener.address, { timeoutMs: 3000 })))
  t.is(error.code, 'TROUPE_PLATFORM_CONNECT_FAILED')
  t.is(clock.now() - started, 3000)
  const second = network.connect(listener.address, { timeoutMs: 60_000 })
  await world.advance(5000)
  world.network.heal()
  t.deepEqual((await world.until(second)).remote, listener.address)
})

test('a reset breaks open connections on both sides and loses what is under way', async (t) => {
  const world = memoryEnvironment({ delay: 5 })
  const { near, far } = await pair(world)
  near.connection.write(Buffer.from('under way'))
  world.network.reset('a', 'b')
  await world.advance(10)
  for (const side of [near, far]) {
    t.like(await side.closed, { code: 'TROUPE_PLATFORM_CONNECTION_LOST' })
    t.is(side.closings, 1)
  }
  t.is(far.bytes, 0)
})

test('a node that refuses takes no connections until it does again', async (t) => {
  const world = memoryEnvironment()
  const listener = await world
    .environment('a')
    .network.listen({ host: 'a', port: 0 }, () => undefined)
  const { network } = world.environment('b')
  world.network.refuse('a')
  const error = await refusal(world.until(network.connect(listener.address)))
  t.is(error.data['reason'], 'ECONNREFUSED')
  world.network.refuse('a', false)
  t.deepEqual((await world.until(network.connect(listener.address))).remote, listener.address)
})

test('bytes arrive in order however the delay varies and wherever they are cut', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 })),
      fc.nat(),
      async (writes, seed) => {
        const delay = { minMs: 0, maxMs: 50 }
        const world = memoryEnvironment({ seed, delay, segments: 'random' })
        const { near, far } = await pair(world)
        for (const bytes of writes) near.connection.write(bytes)
        near.connection.end()
        await world.until(far.closed)
        t.deepEqual(Buffer.concat(far.chunks), Buffer.concat(writes))
      },
    ),
    { numRuns: 50 },
  )
})

test('a killed node drops its timers and turns, and its peers see the end', async (t) => {
  const world = memoryEnvironment()
  const { near, far } = await pair(world)
  const { clock, turns, network } = world.environment('a')
  const ran: string[] = []
  clock.setTimer(5, () => ran.push('timer'))
  turns.macrotask(() => ran.push('turn'))
  turns.microtask(() => ran.push('microtask'))
  world.kill('a')
  clock.setTimer(1, () => ran.push('late timer'))
  turns.microtask(() => ran.push('late microtask'))
  await world.run()
  t.deepEqual(ran, [])
  t.is(await near.closed, undefined)
  t.is(far.closings, 0)
  t.is(near.closings, 1)
  t.false(world.nodes().find(({ name }) => name === 'a')?.isAlive)
  t.truthy(network)
  const again = await world.environment('a').network.listen(far.connection.local, () => undefined)
  t.is(again.address.port, far.connection.local.port)
})

test('killing a node that is not there is refused', (t) => {
  const world = memoryEnvironment()
  world.environment('a')
  t.throws(() => world.kill('b'), { code: 'TROUPE_PLATFORM_SIMULATION_NODE' })
})

test('a stopped node keeps silent, its connections open, and goes on where it was', async (t) => {
  const world = memoryEnvironment()
  const { near, far } = await pair(world)
  const { clock } = world.environment('a')
  let fired = 0
  clock.setTimer(10, () => (fired += 1))
  world.kill('a', 'SIGSTOP')
  near.connection.write(Buffer.from('are you there?'))
  await world.advance(1000)
  t.deepEqual([fired, far.bytes, near.closings], [0, 0, 0])
  world.kill('a', 'SIGCONT')
  await world.settle()
  t.deepEqual([fired, far.text], [1, 'are you there?'])
})

test('threads stop, go on and end with their process', async (t) => {
  const world = memoryEnvironment({
    threads: {
      ticker: ({ clock, threads }) => {
        const tick = (): void => {
          threads.parentPort?.postValue('tick')
          clock.setTimer(10, tick)
        }
        tick()
      },
    },
  })
  const { threads } = world.environment('a')
  const entry = new URL('file:///app/ticker.js')
  let ticks = 0
  threads.start({ entry, data: 0 }).port.handle(() => (ticks += 1))
  await world.advance(25)
  t.is(ticks, 3)
  world.kill('a', 'SIGSTOP')
  await world.advance(1000)
  t.is(ticks, 3)
  world.kill('a', 'SIGCONT')
  await world.advance(15)
  t.is(ticks, 5)
  world.kill('a')
  await world.run()
  t.is(ticks, 5)
})

test('a machine that loses power tells nobody; its peers see a reset once it is back', async (t) => {
  const world = memoryEnvironment()
  const { near } = await pair(world)
  world.crash('a')
  near.connection.write(Buffer.from('hello?'))
  await world.advance(60_000)
  t.is(near.closings, 0)
  world.environment('a')
  await world.settle()
  t.like(await near.closed, { code: 'TROUPE_PLATFORM_CONNECTION_LOST' })
})

test('a crash keeps what was synced and meets the rest with the fate given', async (t) => {
  const after = async (fate: 'lose-all' | 'keep-all' | 'prefix' | 'torn', seed: number) => {
    const world = memoryEnvironment({ seed })
    const { disk } = world.environment('a')
    const file = await disk.create('journal')
    await file.append(Buffer.from('synced,'))
    await world.until(file.sync())
    await file.append(Buffer.from('not synced'))
    world.crash('a', { disk: fate })
    return Buffer.from(await world.environment('a').disk.readFile('journal')).toString('latin1')
  }
  t.is(await after('lose-all', 1), 'synced,')
  t.is(await after('keep-all', 1), 'synced,not synced')
  let torn = 0
  for (let seed = 0; seed < 40; seed += 1) {
    const prefix = await after('prefix', seed)
    t.true('synced,not synced'.startsWith(prefix))
    t.true(prefix.startsWith('synced,'))
    const text = await after('torn', seed)
    t.true(text.startsWith('synced,'))
    if (!'synced,not synced'.startsWith(text)) torn += 1
  }
  t.true(torn > 10)
})

test('a sync that was under way when its node died never resolves', async (t) => {
  const world = memoryEnvironment()
  const file = await world.environment('a').disk.create('journal')
  await file.append(Buffer.from('bytes'))
  let isSynced = false
  void file.sync().then(() => (isSynced = true))
  world.crash('a')
  await world.run()
  t.false(isSynced)
  t.is((await world.disk('a').readFile('journal')).byteLength, 0)
})

test('programs live on their parent’s machine, share its disk, and outlive it when detached', async (t) => {
  const world = memoryEnvironment({
    programs: {
      executor: async ({ disk, clock }) => {
        await disk.writeFile('started', Buffer.from('yes'))
        const beat = (): void => void clock.setTimer(10, beat)
        beat()
      },
    },
  })
  const agent = world.environment('agent', { machine: 'host' })
  const command = { command: '/opt/executor.js', args: [], detached: true }
  await world.until(agent.processes.start(command))
  await world.settle()
  t.is(Buffer.from(await agent.disk.readFile('started')).toString(), 'yes')
  world.kill('agent')
  await world.advance(100)
  t.deepEqual(
    world.nodes().map(({ name, machine, isAlive }) => ({ name, machine, isAlive })),
    [
      { name: 'agent', machine: 'host', isAlive: false },
      { name: 'executor-1', machine: 'host', isAlive: true },
    ],
  )
  world.crash('host')
  t.false(world.nodes().some(({ isAlive }) => isAlive))
})

test('a program without anything left to wait for ends by itself', async (t) => {
  const world = memoryEnvironment({
    programs: {
      brief: ({ clock }) => {
        clock.setTimer(50, () => undefined)
        clock.setTimer(10, () => undefined, { background: true })
      },
    },
  })
  const { processes, clock } = world.environment()
  const child = await processes.start({ command: 'brief', args: [] })
  t.deepEqual(await world.until(child.exited), { code: 0, signal: undefined })
  t.is(clock.now(), 50)
})

test('an uncaught error in a program is logged and ends only that program', async (t) => {
  const world = memoryEnvironment({
    programs: {
      broken: ({ clock }) => {
        clock.setTimer(5, () => {
          throw new RangeError('broken')
        })
      },
    },
  })
  const { processes } = world.environment()
  const child = await processes.start({ command: 'broken', args: [] })
  t.deepEqual(await world.until(child.exited), { code: 1, signal: undefined })
  t.like(world.logEntries.at(-1), { node: 'broken-1', level: 'error', timeMs: 5 })
})

test('a connection that breaks in the turn in which it got its handlers is closed once', async (t) => {
  const world = memoryEnvironment()
  const listener = await world
    .environment('a')
    .network.listen({ host: 'a', port: 0 }, () => undefined)
  const connection = await world.until(world.environment('b').network.connect(listener.address))
  let closings = 0
  connection.handle({ data: () => undefined, closed: () => (closings += 1) })
  world.network.reset('a', 'b')
  await world.settle()
  t.is(closings, 1)
})
