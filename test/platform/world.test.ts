import test from 'ava'
import fc from 'fast-check'
import { memoryEnvironment } from '../../src/platform/index.ts'
import type { Environment, MemoryWorld } from '../../src/platform/index.ts'
import { refusal } from './connections.ts'

test('time stands still until it is moved, and timers fire at their exact time', async (t) => {
  const world = memoryEnvironment({ startWallMs: 5000 })
  const { clock } = world.environment()
  const fired: [string, number, number][] = []
  const note = (name: string) => (): void => void fired.push([name, clock.now(), clock.wallNow()])
  clock.setTimer(30, note('c'))
  clock.setTimer(10.5, note('a'))
  clock.setTimer(30, note('d'))
  clock.setTimer(20, () => clock.setTimer(5, note('b')))
  await world.settle()
  t.deepEqual(fired, [])
  await world.advance(25)
  t.deepEqual(fired, [
    ['a', 10.5, 5010.5],
    ['b', 25, 5025],
  ])
  await world.advance(100)
  t.deepEqual(fired.slice(2), [
    ['c', 30, 5030],
    ['d', 30, 5030],
  ])
  t.is(clock.now(), 125)
})

test('unix time can jump without moving timers', async (t) => {
  const world = memoryEnvironment({ startWallMs: 1_000_000 })
  const { clock } = world.environment()
  let fired = 0
  clock.setTimer(10, () => (fired += 1))
  world.clock.shiftWall(-3_600_000)
  t.is(clock.wallNow(), 1_000_000 - 3_600_000)
  await world.advance(9)
  t.is(fired, 0)
  await world.advance(1)
  t.is(fired, 1)
})

test('timers fire in the order of due time and creation, whatever is cancelled', async (t) => {
  const plan = fc.array(fc.record({ delayMs: fc.nat(20), isCancelled: fc.boolean() }))
  await fc.assert(
    fc.asyncProperty(plan, async (timers) => {
      const world = memoryEnvironment()
      const { clock } = world.environment()
      const fired: number[] = []
      const set = timers.map(({ delayMs }, at) => clock.setTimer(delayMs, () => fired.push(at)))
      for (const [at, timer] of set.entries()) if (timers[at]?.isCancelled) timer.cancel()
      await world.run()
      const expected = timers
        .map((timer, at) => ({ ...timer, at }))
        .filter(({ isCancelled }) => !isCancelled)
        .sort((a, b) => a.delayMs - b.delayMs || a.at - b.at)
        .map(({ at }) => at)
      t.deepEqual(fired, expected)
    }),
  )
})

test('run ends when only background timers are left', async (t) => {
  const world = memoryEnvironment()
  const { clock } = world.environment()
  let beats = 0
  const beat = (): void => {
    beats += 1
    clock.setTimer(10, beat, { background: true })
  }
  clock.setTimer(10, beat, { background: true })
  clock.setTimer(35, () => undefined)
  await world.run()
  t.is(beats, 3)
  t.is(clock.now(), 35)
})

test('until hands on the outcome of a promise and moves time as far as needed', async (t) => {
  const world = memoryEnvironment()
  const { clock } = world.environment()
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.setTimer(ms, resolve))
  const work = async (): Promise<number> => {
    for (let round = 0; round < 10; round += 1) await sleep(100)
    return clock.now()
  }
  t.is(await world.until(work()), 1000)
  const fault = new RangeError('as it should')
  await t.throwsAsync(world.until(Promise.reject(fault)), { is: fault })
})

test('until tells when nothing is left that could settle its promise', async (t) => {
  const world = memoryEnvironment()
  const stalled = await refusal(world.until(new Promise(() => undefined)))
  t.is(stalled.code, 'TROUPE_PLATFORM_SIMULATION_STALLED')
})

test('a simulation that never rests is ended, in one instant or over time', async (t) => {
  const world = memoryEnvironment({ turnsPerInstant: 1000, runLimitMs: 1000 })
  const { clock, turns } = world.environment()
  let isSpinning = true
  const spin = (): void => {
    if (isSpinning) turns.macrotask(spin)
  }
  spin()
  t.is((await refusal(world.settle())).code, 'TROUPE_PLATFORM_SIMULATION_STUCK')
  isSpinning = false
  const repeat = (): void => void clock.setTimer(10, repeat)
  repeat()
  t.is((await refusal(world.run())).code, 'TROUPE_PLATFORM_SIMULATION_STUCK')
})

test('what a node of the test throws is thrown by the driver', async (t) => {
  const world = memoryEnvironment()
  const fault = new TypeError('not caught')
  world.environment().turns.macrotask(() => {
    throw fault
  })
  await t.throwsAsync(world.settle(), { is: fault })
  await t.notThrowsAsync(world.settle())
})

test('drivers that are called together run one after the other', async (t) => {
  const world = memoryEnvironment()
  const { clock } = world.environment()
  await Promise.all([world.advance(10), world.advance(5), world.settle()])
  t.is(clock.now(), 15)
})

test('a module that is not registered is really imported while the world stands still', async (t) => {
  const world = memoryEnvironment({ modules: { 'app:words': { count: 3 } } })
  const { clock, modules } = world.environment()
  const url = new URL('../../src/platform/index.js', import.meta.url).href
  let loaded = false
  void modules.load(url).then(() => (loaded = true))
  clock.setTimer(1, () => t.true(loaded))
  await world.advance(1)
  t.true(loaded)
  t.deepEqual(await world.until(modules.load('app:words')), { count: 3 })
  const missing = await refusal(world.until(modules.load('file:///not/there.js')))
  t.is(missing.code, 'TROUPE_PLATFORM_MODULE_UNLOADABLE')
})

/**
 * Nodes that gossip by async handlers, with timers, chance and files; all they see goes into the
 * account.
 */
async function gossip(world: MemoryWorld, account: string[]): Promise<void> {
  const names = ['a', 'b', 'c']
  const port = 4000
  const node = async (name: string, environment: Environment): Promise<void> => {
    const { network, clock, random, turns, disk } = environment
    const say = (what: string): void =>
      void account.push(`${clock.now().toFixed(3)} ${name} ${what}`)
    await network.listen({ host: name, port }, (connection) =>
      connection.handle({
        data: (bytes) => {
          void (async () => {
            await disk.writeFile(`seen-${bytes.byteLength}`, bytes)
            say(`got ${bytes.byteLength}`)
            turns.macrotask(() => say('turn'))
            if (random.int(4) > 0) connection.write(random.bytes(1 + random.int(50)))
          })()
        },
        closed: (error) => say(`closed ${error === undefined ? 'well' : 'badly'}`),
      }),
    )
    clock.setTimer(1 + random.int(5), () => {
      const peer = names[random.int(names.length)] ?? 'a'
      void network.connect({ host: peer, port }).then(
        (connection) => {
          connection.handle({
            data: (bytes) => {
              say(`answer ${bytes.byteLength}`)
              if (random.int(5) === 0) connection.end()
              else connection.write(random.bytes(1 + random.int(90)))
            },
            closed: () => say('hung up'),
          })
          connection.write(random.bytes(10))
        },
        () => say('no answer'),
      )
    })
  }
  for (const name of names) void node(name, world.environment(name))
  await world.advance(20)
  world.network.cut('a', 'b')
  await world.advance(20)
  world.network.heal()
  await world.advance(20)
  world.kill('c')
  await world.advance(100)
}

test('the same seed gives the same account of a whole world, another seed another', async (t) => {
  const account = async (seed: number): Promise<string[]> => {
    const said: string[] = []
    const delay = { minMs: 0.5, maxMs: 4 }
    await gossip(memoryEnvironment({ seed, delay, segments: 'random' }), said)
    return said
  }
  const accounts = new Set<string>()
  for (let seed = 0; seed < 20; seed += 1) {
    const said = await account(seed)
    t.deepEqual(await account(seed), said)
    accounts.add(said.join('\n'))
  }
  t.true(accounts.size > 15)
})
