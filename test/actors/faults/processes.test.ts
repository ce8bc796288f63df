import { fileURLToPath } from 'node:url'

import { threadPool } from '../../../src/actors/index.ts'
import type { ActorRef, ThreadPool } from '../../../src/actors/index.ts'
import { EventLog, faultProxy, faults } from '../../../src/actors/testkit/index.ts'
import type { FaultTargets } from '../../../src/actors/testkit/index.ts'
import type { ChildProcess } from '../../../src/platform/index.ts'
import { counter } from '../fixtures/travellers.ts'
import type { CounterMessage } from '../fixtures/travellers.ts'
import { both, SIMULATED_THREAD } from './both.ts'
import type { Place } from './both.ts'

const PULSE = fileURLToPath(new URL('./programs/pulse.main.js', import.meta.url))

/** A process that writes a byte every 10 ms to a connection; what is heard of it. */
interface Pulse {
  /** What faults call it. */
  readonly name: string
  readonly child: ChildProcess
  readonly heard: { beats: number; closings: number }
  readonly targets: FaultTargets
  readonly start: () => Promise<ChildProcess>
  readonly close: () => Promise<void>
}

async function pulse(place: Place): Promise<Pulse> {
  const heard = { beats: 0, closings: 0 }
  const { network } = place.environment('main')
  const host = place.isReal ? '127.0.0.1' : 'main'
  const listener = await network.listen({ host, port: 0 }, (connection) => {
    connection.handle({
      data: (bytes) => {
        heard.beats += bytes.byteLength
      },
      closed: () => {
        heard.closings++
      },
    })
  })
  const name = 'pulse-1'
  const proxy = place.isReal
    ? await faultProxy(place.environment('box'), {
        from: name,
        to: 'main',
        target: listener.address,
      })
    : undefined
  const { address } = proxy ?? listener
  const start = (): Promise<ChildProcess> =>
    place.environment('box').processes.start({
      command: place.isReal ? PULSE : 'pulse',
      args: [address.host, String(address.port)],
      node: true,
      stderr: 'inherit',
    })
  const child = await start()
  await place.eventually(() => heard.beats > 3)
  return {
    name,
    child,
    heard,
    start,
    targets: place.isReal
      ? { processes: { [name]: child }, links: proxy === undefined ? [] : [proxy] }
      : {},
    async close() {
      await listener.close()
      await proxy?.close()
    },
  }
}

/** Nothing is heard any more once what was on the way is here. */
async function isSilent(place: Place, { heard }: Pulse): Promise<boolean> {
  await place.pass(50)
  const before = heard.beats
  await place.pass(100)
  return heard.beats === before
}

both('a killed process is gone at once', async (t, place) => {
  const it = await pulse(place)
  await using chaos = faults(place.targets(it.targets))
  const fault = chaos.killProcess(it.name)
  t.is((await it.child.exited).signal, 'SIGKILL')
  await place.eventually(() => it.heard.closings === 1)
  t.is(fault.count, 1)
  t.is(chaos.killProcess(it.name).outcome.problem, 'pulse-1 had ended before')
  await it.close()
})

both('a frozen process keeps its connections and says nothing, then goes on', async (t, place) => {
  const it = await pulse(place)
  await using chaos = faults(place.targets(it.targets))
  const fault = chaos.freeze(it.name)
  t.true(await isSilent(place, it))
  t.is(it.heard.closings, 0)
  fault.stop()
  const { beats } = it.heard
  await place.eventually(() => it.heard.beats > beats + 3)
  t.is(it.heard.closings, 0)
  chaos.killProcess(it.name)
  await it.child.exited
  await it.close()
})

both('a freeze ends after its time, and with the injection', async (t, place) => {
  const it = await pulse(place)
  const chaos = faults(place.targets(it.targets))
  chaos.freeze(it.name, { forMs: 60 })
  let { beats } = it.heard
  await place.eventually(() => it.heard.beats > beats + 10)
  chaos.freeze(it.name)
  t.true(await isSilent(place, it))
  await chaos.stop()
  beats = it.heard.beats
  await place.eventually(() => it.heard.beats > beats + 3)
  it.child.kill('SIGKILL')
  await it.child.exited
  await it.close()
})

both('a slow process stands still again and again', async (t, place) => {
  const it = await pulse(place)
  await using chaos = faults(place.targets(it.targets))
  const { clock } = place.environment('main')
  const fault = chaos.slowNode(it.name, 0.2, { periodMs: 200 })
  let pauses = 0
  let lastBeats = it.heard.beats
  let lastMs = clock.now()
  await place.eventually(() => {
    if (it.heard.beats > lastBeats) {
      if (clock.now() - lastMs > 100) pauses++
      lastBeats = it.heard.beats
      lastMs = clock.now()
    }
    return pauses >= 3
  })
  fault.stop()
  t.is(fault.count, 1)
  const { beats } = it.heard
  await place.eventually(() => it.heard.beats > beats + 3)
  chaos.killProcess(it.name)
  await it.child.exited
  await it.close()
})

both('of a crashed node nobody hears an end, until it is started again', async (t, place) => {
  const it = await pulse(place)
  let second: ChildProcess | undefined
  const restart = {
    [it.name]: async () => {
      second = await it.start()
      return second
    },
  }
  await using chaos = faults(place.targets({ ...it.targets, restart }))
  chaos.crashNode(it.name)
  t.true(await isSilent(place, it))
  t.is(it.heard.closings, 0)
  const back = chaos.restartNode(it.name)
  await back.whenFired
  const { beats } = it.heard
  await place.eventually(() => it.heard.beats > beats + 3)
  await place.eventually(() => it.heard.closings === 1)
  chaos.expectAllFired()
  second?.kill('SIGKILL')
  await second?.exited
  await it.close()
})

const get = (child: ActorRef<CounterMessage>): Promise<number> =>
  child.ask<number>((replyTo) => ({ type: 'Get', replyTo }), { timeoutMs: 30_000 })

async function pooled(place: Place): Promise<{
  readonly pool: ThreadPool
  readonly events: EventLog
  readonly children: readonly ActorRef<CounterMessage>[]
}> {
  const system = place.system('main')
  const pool = threadPool(system, {
    size: 2,
    name: 'workers',
    blockedLimitMs: 300,
    ...(place.isReal ? {} : { entry: SIMULATED_THREAD }),
  })
  const events = new EventLog(system.eventStream, ['ChildFailed', 'NodeLost'])
  await pool.ready()
  const children = [1, 2].map((from) =>
    system.spawn(counter({ from }), undefined, { placement: pool }),
  )
  for (const child of children) {
    child.tell({ type: 'Add', n: 10 })
    await get(child)
  }
  return { pool, events, children }
}

both('a killed thread is a lost node: its children begin anew elsewhere', async (t, place) => {
  const { pool, events, children } = await pooled(place)
  await using chaos = faults(place.targets({ pools: [pool] }))
  chaos.killThread({ pool: 'workers', thread: 1 })
  await place.eventually(() => events.of('NodeLost').length === 1)
  const sums = await Promise.all(children.map(get))
  t.deepEqual([...sums].sort(), [11, 2])
  t.is(chaos.killThread({ thread: 9 }).outcome.problem, 'pool workers had no thread 9')
})

both('a blocked thread goes on, or is lost past the limit of its pool', async (t, place) => {
  const { pool, events, children } = await pooled(place)
  await using chaos = faults(place.targets({ pools: [pool] }))
  chaos.blockThread(50)
  t.deepEqual(await Promise.all(children.map(get)), [11, 12])
  t.is(events.of('NodeLost').length, 0)
  chaos.blockThread(60_000)
  await place.eventually(() => events.of('NodeLost').length === 1)
  t.deepEqual([...(await Promise.all(children.map(get)))].sort(), [1, 12])
})
