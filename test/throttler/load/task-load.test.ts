import test from 'ava'
import fc from 'fast-check'

import { memoryEnvironment } from '../../../src/platform/index.ts'
import { LatencyHistogram } from '../../../src/throttler/histograms/index.ts'
import { TaskLoad } from '../../../src/throttler/load/task-load.ts'
import type {
  OperationFigures,
  RateShare,
  TaskResult,
  TaskSnapshot,
  TaskSpec,
} from '../../../src/throttler/run/task-run.ts'

const constant = (perSecond: number): RateShare => ({
  schedule: { type: 'constant', perSecond },
  ratio: 1,
  elapsedMs: 0,
})

const spec = (over: Partial<TaskSpec>): TaskSpec => ({
  id: 'task',
  workload: { name: 'own', params: {} },
  seed: 1,
  totalOperations: 100,
  keyspace: 'ks',
  store: { type: 'embedded', directory: '/d' },
  concurrency: 8,
  onError: 'fail',
  intervalMs: 1000,
  operations: [{ first: 1, count: 100 }],
  rate: { schedule: { type: 'closed' }, ratio: 1, elapsedMs: 0 },
  ...over,
})

interface Run {
  readonly load: TaskLoad
  readonly result: Promise<TaskResult>
  readonly begun: { readonly index: number; readonly atMs: number }[]
  readonly reports: TaskSnapshot[]
  readonly world: ReturnType<typeof memoryEnvironment>
}

/** A task whose operations take so long by the virtual clock. */
function start(given: TaskSpec, takesMs: (index: number, nowMs: number) => number): Run {
  const world = memoryEnvironment()
  const environment = world.environment()
  const begun: Run['begun'] = []
  const reports: TaskSnapshot[] = []
  let resolve: (result: TaskResult) => void = () => {}
  const result = new Promise<TaskResult>((settle) => (resolve = settle))
  const run = (index: number): Promise<void> => {
    const atMs = environment.clock.now()
    begun.push({ index, atMs })
    const ms = takesMs(index, atMs)
    return new Promise((done, failed) => {
      environment.clock.setTimer(Math.abs(ms), () =>
        ms < 0 ? failed(Object.assign(new Error('no'), { code: 'E_NO' })) : done(),
      )
    })
  }
  const load = new TaskLoad(
    environment,
    given,
    { onProgress: (snapshot) => reports.push(snapshot) },
    { operations: ['op'], choose: () => ({ name: 'op', run }), resolve },
  )
  load.start()
  return { load, result, begun, reports, world }
}

function figuresOf({ snapshot }: TaskResult): OperationFigures {
  return snapshot.figures['op'] as OperationFigures
}

const decode = (encoded = ''): LatencyHistogram => LatencyHistogram.decode(encoded)

test('an open loop begins each operation at its intended start', async (t) => {
  const { world, result, begun } = start(spec({ rate: constant(100) }), () => 3)
  const { end, snapshot } = await world.until(result)
  t.is(end, 'finished')
  t.deepEqual(snapshot.done, [{ first: 1, count: 100 }])
  t.deepEqual(
    begun.map(({ atMs }) => Math.round(atMs)),
    Array.from({ length: 100 }, (_, at) => at * 10),
  )
})

test('a store that stands still shows in the response times of all that were to begin meanwhile', async (t) => {
  // From 200 ms to 1,200 ms nothing is answered.
  const { world, result } = start(spec({ rate: constant(100), concurrency: 1 }), (_, nowMs) =>
    nowMs >= 200 && nowMs < 1200 ? 1200 - nowMs : 1,
  )
  const { service, response, waiting } = figuresOf(await world.until(result))
  // One was slow as its caller saw it; a closed loop would have told of that one alone.
  t.is(
    decode(service)
      .bars()
      .filter(({ fromMs }) => fromMs > 5).length,
    1,
  )
  const late = decode(response)
    .bars()
    .filter(({ fromMs }) => fromMs > 100)
  t.true(late.reduce((sum, { count }) => sum + count, 0) >= 75)
  t.true(decode(response).percentile(50) > 300)
  t.true(decode(waiting).maxMs > 900)
})

test('what would throttle only forgets what it could not begin in time', async (t) => {
  const rate: RateShare = { ...constant(100), mode: 'throttle' }
  const { world, result, begun } = start(spec({ rate, concurrency: 1 }), (_, nowMs) =>
    nowMs >= 200 && nowMs < 1200 ? 1200 - nowMs : 1,
  )
  const { response, waiting } = figuresOf(await world.until(result))
  t.is(decode(waiting).maxMs, 0)
  t.is(
    decode(response)
      .bars()
      .filter(({ fromMs }) => fromMs > 100).length,
    1,
  )
  t.true((begun.at(-1)?.atMs ?? 0) > 1950)
})

test('a closed loop keeps as many under way as it may, and no more', async (t) => {
  let most = 0
  let now = 0
  const { world, result, begun } = start(spec({ concurrency: 5 }), () => {
    now += 1
    most = Math.max(most, now)
    return 10
  })
  const { snapshot } = await world.until(result)
  t.is(most, 100)
  t.is(begun.filter(({ atMs }) => atMs === 0).length, 5)
  t.is(begun.at(-1)?.atMs, 190)
  t.is(snapshot.inFlight, 0)
})

test('the rate may change, and time stand still, without an operation lost or moved together', async (t) => {
  const { world, result, begun, load } = start(
    spec({ rate: constant(10), operations: [{ first: 1, count: 30 }] }),
    () => 1,
  )
  await world.advance(1000)
  t.is(begun.length, 11)
  load.setRate(constant(100))
  await world.advance(50)
  t.is(begun.length, 16)
  load.pause()
  await world.advance(5000)
  t.is(begun.length, 16)
  load.resume()
  const { snapshot } = await world.until(result)
  t.deepEqual(snapshot.done, [{ first: 1, count: 30 }])
  t.is(Math.round(begun.at(-1)?.atMs ?? 0), 6190)
})

test('often divided shares of a rate still add up to it', async (t) => {
  const { world, result, begun, load } = start(
    spec({ rate: { ...constant(7), ratio: 0.5 } }),
    () => 1,
  )
  for (let at = 0; at < 100; at += 1) {
    await world.advance(100)
    load.setRate({ ...constant(7), ratio: 0.5, elapsedMs: (at + 1) * 100 })
  }
  // 10 s of 3.5 a second.
  t.true(Math.abs(begun.length - 35) <= 1, `${begun.length}`)
  load.stop()
  t.is((await world.until(result)).end, 'stopped')
})

test('a task that is told to stop waits for what is under way, and says what is done', async (t) => {
  const { world, result, load } = start(spec({ concurrency: 3 }), (index) =>
    index === 2 ? 500 : 10,
  )
  await world.advance(35)
  load.stop()
  const { end, snapshot } = await world.until(result)
  t.is(end, 'stopped')
  const done = snapshot.done.reduce((sum, { count }) => sum + count, 0)
  t.is(figuresOf({ end, snapshot }).done, done)
  t.is(done, 9)
  t.is(world.clock.now(), 500)
})

test('with onError fail the first failure ends the task, and what it failed at is not done', async (t) => {
  const { world, result } = start(spec({ concurrency: 1 }), (index) => (index === 4 ? -1 : 1))
  const ended = await world.until(result)
  t.is(ended.end, 'failed')
  t.deepEqual(ended.error, { code: 'E_NO', message: 'no' })
  t.deepEqual(ended.snapshot.done, [{ first: 1, count: 3 }])
  t.deepEqual(figuresOf(ended).errors, { E_NO: 1 })
})

test('with onError count failures are counted by their code, and done', async (t) => {
  const { world, result } = start(spec({ onError: 'count' }), (index) =>
    index % 10 === 0 ? -1 : 1,
  )
  const ended = await world.until(result)
  t.is(ended.end, 'finished')
  t.deepEqual(ended.snapshot.done, [{ first: 1, count: 100 }])
  t.deepEqual([figuresOf(ended).done, figuresOf(ended).errors], [90, { E_NO: 10 }])
})

test('a task ends after its duration, whatever is left', async (t) => {
  const { world, result, begun } = start(spec({ rate: constant(10), durationMs: 2050 }), () => 1)
  t.is((await world.until(result)).end, 'finished')
  t.is(begun.length, 21)
})

test('intervals add up to the whole, report by report', async (t) => {
  const { world, result, reports } = start(spec({ rate: constant(25) }), (index) => index % 7)
  const ended = await world.until(result)
  const all = [...reports, ended.snapshot]
  t.deepEqual(
    all.map(({ sequence }) => sequence),
    all.map((_, at) => at + 1),
  )
  const sum = new LatencyHistogram()
  for (const { interval } of all) {
    const figures = interval.figures['op']
    if (figures !== undefined) sum.add(decode(figures.response))
  }
  t.deepEqual(sum.bars(), decode(figuresOf(ended).response).bars())
  t.deepEqual(
    all.slice(1).map(({ interval }) => interval.fromMs),
    all.slice(0, -1).map(({ interval }) => interval.toMs),
  )
  t.is(
    all.reduce((total, { interval }) => total + (interval.figures['op']?.done ?? 0), 0),
    100,
  )
})

test('a store that answers in any order leaves the set of what is done whole', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 40 }),
      async (times) => {
        const operations = [
          { first: 5, count: times.length },
          { first: 1000, count: 3 },
        ]
        const run = start(
          spec({ operations, concurrency: 4, intervalMs: 5 }),
          (index) => times[index - 5] ?? 1,
        )
        const ended = await run.world.until(run.result)
        t.deepEqual(ended.snapshot.done, operations)
        for (const { done, figures } of run.reports) {
          const count = done.reduce((sum, range) => sum + range.count, 0)
          t.is(figures['op']?.done ?? 0, count)
        }
      },
    ),
    { numRuns: 25 },
  )
})
