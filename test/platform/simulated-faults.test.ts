import test from 'ava'

import { memoryEnvironment } from '../../src/platform/index.ts'
import type { Connection, MemoryWorld, WorldSimulation } from '../../src/platform/index.ts'

/** A connection from `a` to `b`, and what arrives at `b`. */
async function linked(
  world: MemoryWorld,
): Promise<{ client: Connection; server: Connection; heard: [number, string][] }> {
  const heard: [number, string][] = []
  const ends: Connection[] = []
  const listener = await world
    .environment('b')
    .network.listen({ host: 'b', port: 0 }, (connection) => {
      ends.push(connection)
      connection.handle({
        data: (bytes) => heard.push([world.clock.now(), new TextDecoder().decode(bytes)]),
        closed: () => heard.push([world.clock.now(), 'closed']),
      })
    })
  const client = await world.until(world.environment('a').network.connect(listener.address))
  client.handle({ data: () => undefined, closed: () => undefined })
  return { client, server: ends[0] as Connection, heard }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('what is written to a half-open connection vanishes, and neither side is told', async (t) => {
  const world = memoryEnvironment()
  const { client, heard } = await linked(world)
  world.network.halfOpen('a', 'b')
  client.write(bytes('lost'))
  client.destroy()
  await world.advance(60_000)
  t.deepEqual(heard, [])
  const again = await linked(world)
  again.client.write(bytes('new'))
  await world.settle()
  t.deepEqual(
    again.heard.map(([, text]) => text),
    ['new'],
  )
})

test('a slow link takes its time for each parcel, one after the other', async (t) => {
  const world = memoryEnvironment()
  const { client, heard } = await linked(world)
  world.network.setRate('a', 'b', 0.1)
  for (const text of ['ten bytes.', 'ten more..']) client.write(bytes(text))
  await world.advance(1_000)
  t.deepEqual(heard, [
    [100, 'ten bytes.'],
    [200, 'ten more..'],
  ])
  world.network.setRate('a', 'b', undefined)
  client.write(bytes('fast'))
  await world.settle()
  t.deepEqual(heard[2], [1_000, 'fast'])
})

test('a full disk takes no bytes, and keeps what it has', async (t) => {
  const world = memoryEnvironment()
  const { disk } = world.environment('a')
  await disk.writeFile('/kept', bytes('kept'))
  world.fillDisk('a')
  const error = await t.throwsAsync(disk.writeFile('/more', bytes('more')), {
    code: 'TROUPE_PLATFORM_FILE_UNWRITABLE',
  })
  t.regex(error?.message ?? '', /ENOSPC/)
  t.deepEqual(await disk.readFile('/kept'), bytes('kept'))
  world.fillDisk('a', false)
  await disk.writeFile('/more', bytes('more'))
  t.deepEqual(await disk.readFile('/more'), bytes('more'))
})

test('a machine whose wall clock is wrong has its timers at their time', async (t) => {
  const world = memoryEnvironment({ startWallMs: 1_000 })
  const [a, b] = [world.environment('a'), world.environment('b')]
  world.skewWall('a', -300)
  let firedAt = 0
  a.clock.setTimer(50, () => (firedAt = a.clock.now()))
  await world.advance(100)
  t.is(firedAt, 50)
  t.is(a.clock.wallNow(), 800)
  t.is(b.clock.wallNow(), 1_100)
})

test('what came to a stopped process is handled in its order once it goes on, ahead of what comes then', async (t) => {
  const world = memoryEnvironment({ delay: 1 })
  const { client, heard } = await linked(world)
  world.kill('b', 'SIGSTOP')
  for (const text of ['one', 'two', 'three']) {
    client.write(bytes(text))
    await world.advance(5)
  }
  t.deepEqual(heard, [])
  client.write(bytes('four'))
  await world.advance(0.5)
  world.clock.setTimer(0.5, () => world.kill('b', 'SIGCONT'))
  await world.advance(10)
  t.deepEqual(
    heard.map(([, text]) => text),
    ['one', 'two', 'three', 'four'],
  )
})

test('a thread can be stopped and ended by itself; its process lives on', async (t) => {
  let turns = 0
  const world = memoryEnvironment({
    threads: {
      worker: ({ clock }) => {
        const again = (): void => {
          turns += 1
          clock.setTimer(10, again)
        }
        again()
      },
    },
  })
  const thread = world
    .environment('a')
    .threads.start({ entry: new URL('file:///worker.js'), data: 0 })
  await world.advance(25)
  t.true(world.signalThread('a', 0, 'SIGSTOP'))
  const before = turns
  await world.advance(100)
  t.is(turns, before)
  t.true(world.signalThread('a', 0, 'SIGCONT'))
  await world.advance(25)
  t.true(turns > before)
  t.true(world.signalThread('a', 0, 'SIGKILL'))
  t.deepEqual(await world.until(thread.exited), { code: 1, error: undefined })
  t.false(world.signalThread('a', 0, 'SIGKILL'))
  t.true(world.nodes().every(({ isAlive }) => isAlive))
})

test('a machine that loses power before its disk has synced loses the bytes', async (t) => {
  for (const [afterMs, kept] of [
    [5, ''],
    [15, 'entry'],
  ] as const) {
    const world = memoryEnvironment({ syncDelay: 10 })
    const file = await world.environment('a').disk.create('/journal')
    await file.append(bytes('entry'))
    void file.sync()
    await world.advance(afterMs)
    world.crash('a')
    t.is(new TextDecoder().decode(await world.disk('a').readFile('/journal')), kept)
  }
})

test('a world tells what its nodes have not closed', async (t) => {
  const world = memoryEnvironment()
  const { client, server } = await linked(world)
  const a = world.environment('a')
  const file = await a.disk.create('/open')
  const timer = a.clock.setTimer(1_000, () => undefined)
  const used = (): unknown => world.inUse().find(({ name }) => name === 'a')
  t.deepEqual(used(), { name: 'a', timers: 1, connections: 1, listeners: 0, files: 1, threads: 0 })
  timer.cancel()
  await file.close()
  client.end()
  await world.settle()
  t.truthy(server)
  t.deepEqual(used(), { name: 'a', timers: 0, connections: 0, listeners: 0, files: 0, threads: 0 })
})

/** Chooses the last of those that are ready; sees nothing. */
const lastFirst: WorldSimulation = {
  choose: (count) => count - 1,
  made: () => undefined,
  sent: () => undefined,
  nodeStarted: () => undefined,
  nodeEnded: () => undefined,
}

test('a simulation decides whose turn it is; each node keeps its own order', async (t) => {
  const world = memoryEnvironment({ simulation: lastFirst })
  const order: string[] = []
  for (const name of ['a', 'b', 'c']) {
    const { turns, clock } = world.environment(name)
    turns.macrotask(() => order.push(`${name} macrotask`))
    clock.setTimer(0, () => order.push(`${name} timer`))
    turns.microtask(() => {
      order.push(`${name} microtask`)
      turns.microtask(() => order.push(`${name} microtask of it`))
    })
  }
  await world.settle()
  t.is(order.length, 12)
  t.is(order[0], 'c microtask')
  for (const name of ['a', 'b', 'c']) {
    t.deepEqual(
      order.filter((what) => what.startsWith(name)).map((what) => what.slice(2)),
      ['microtask', 'microtask of it', 'timer', 'macrotask'],
    )
  }
})

test('a timer that is cancelled by another one of the same instant does not fire', async (t) => {
  const world = memoryEnvironment({ simulation: lastFirst })
  const { clock } = world.environment('a')
  const fired: string[] = []
  clock.setTimer(5, () => {
    fired.push('first')
    second.cancel()
  })
  const second = clock.setTimer(5, () => fired.push('second'))
  await world.advance(10)
  t.deepEqual(fired, ['first'])
})

test('a timer that came due in a stopped process, and is cancelled before it goes on, never fires', async (t) => {
  const world = memoryEnvironment()
  const { clock } = world.environment('one')
  const fired: string[] = []
  const cancelled = clock.setTimer(10, () => fired.push('cancelled'))
  clock.setTimer(10, () => {
    fired.push('kept')
  })
  world.kill('one', 'SIGSTOP')
  await world.advance(20)
  cancelled.cancel()
  world.kill('one', 'SIGCONT')
  await world.settle()
  t.deepEqual(fired, ['kept'])
})
