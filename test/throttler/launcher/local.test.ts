import test from 'ava'
import type { ActorRef } from '../../../src/actors/index.ts'
import { memoryEnvironment } from '../../../src/platform/index.ts'
import type {
  RunOutcome,
  RunPlan,
  SchedulerMessage,
} from '../../../src/throttler/framework/index.ts'
import { launchRun } from '../../../src/throttler/launcher/index.ts'
import { planOf } from '../plans.ts'
import { standIn, type StandIn } from '../stand-in-load.ts'

interface Ran {
  readonly outcome: RunOutcome
  readonly said: readonly string[]
}

async function run(
  load: StandIn,
  plan: RunPlan,
  told: (
    scheduler: ActorRef<SchedulerMessage>,
    pause: (ms: number) => Promise<void>,
  ) => Promise<void> = () => Promise.resolve(),
): Promise<Ran> {
  const world = memoryEnvironment({ seed: 1 })
  const environment = world.environment('here')
  const said: string[] = []
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => environment.clock.setTimer(ms, resolve))
  const outcome = await world.until(
    launchRun(environment, {
      plan,
      load: { startTask: load.startTask, ensureSchema: () => Promise.resolve() },
      master: 'local',
      failoverTimeoutSeconds: 0,
      listener: {
        onSay: (text) => said.push(text),
        onMeasured: () => undefined,
        onTaskEnded: () => undefined,
      },
      onStarted: (scheduler) => told(scheduler, pause),
    }),
  )
  return { outcome, said }
}

const all = (total: number): readonly number[] => Array.from({ length: total }, (_, i) => i + 1)
const sorted = (numbers: readonly number[]): readonly number[] => numbers.toSorted((a, b) => a - b)

test('runs exactly the total, in tasks of the size that was asked for', async (t) => {
  const load = standIn(1)
  const { outcome, said } = await run(load, planOf(43, 5, 3))
  t.is(outcome.code, 0)
  t.deepEqual(sorted(load.ran), all(43))
  t.is(outcome.state.ended.length, 9)
  t.is(said.filter((line) => /Executed \d queries in \d+\.\d{3} sec\./.test(line)).length, 9)
})

test('defect 1: never are there more tasks than the parallelism', async (t) => {
  const load = standIn(1)
  const { outcome } = await run(load, planOf(43, 5, 3))
  t.is(load.atOnce.most, 3)
  t.is(outcome.state.most, 3)
})

test('defect 2: a run ends when its last task has, not when the last is launched', async (t) => {
  const load = standIn(1)
  const { outcome } = await run(load, planOf(10, 5, 2))
  t.is(load.atOnce.now, 0)
  t.is(outcome.state.done, 10)
})

test('defect 8: nothing sleeps after its queries', async (t) => {
  const load = standIn(1)
  const { outcome } = await run(load, planOf(5, 5, 1))
  t.regex(outcome.why, /All queries/)
  t.is(outcome.state.ended[0]?.state, 'TASK_FINISHED')
})

test('a query that fails is run again, with a backoff, and those before it are not', async (t) => {
  const load = standIn(1)
  load.fails = (operation, time) => operation === 3 && time <= 2
  const { outcome } = await run(load, planOf(5, 5, 1))
  t.is(outcome.code, 0)
  t.deepEqual(load.ran, [1, 2, 3, 3, 3, 4, 5])
  t.is(outcome.state.errors, 0)
})

test('defect 4: what a failed task has not done is queued again, and each query counts once', async (t) => {
  const load = standIn(1)
  load.fails = (operation, time) => operation === 3 && time <= 5
  const { outcome } = await run(load, planOf(10, 5, 1))
  t.is(outcome.code, 0)
  t.is(outcome.state.errors, 1)
  t.is(outcome.state.requeued, 1)
  t.is(outcome.state.done, 10)
  t.deepEqual([...new Set(sorted(load.ran))], all(10))
})

test('more task errors than --max-task-errors end the run with 1', async (t) => {
  const load = standIn(1)
  load.fails = (operation) => operation === 3
  const { outcome } = await run(load, planOf(10, 5, 1, { maxTaskErrors: 1 }))
  t.is(outcome.code, 1)
  t.is(outcome.state.errors, 2)
  t.regex(outcome.why, /2 tasks have failed, 1 may/)
})

test('a run that is stopped says how far it came', async (t) => {
  const load = standIn(100)
  const { outcome } = await run(load, planOf(100, 50, 2), async (scheduler, pause) => {
    await pause(1050)
    scheduler.tell({ type: 'stop', why: 'the test wants it' })
  })
  t.is(outcome.code, 1)
  t.is(outcome.why, `Stopped after ${load.ran.length} of 100 queries`)
  t.is(outcome.state.done, load.ran.length)
})

test('a paused run begins nothing until it is resumed', async (t) => {
  const load = standIn(10)
  let before = 0
  let after = 0
  const { outcome } = await run(load, planOf(100, 50, 2), async (scheduler, pause) => {
    await pause(205)
    scheduler.tell({ type: 'pause' })
    await pause(50)
    before = load.ran.length
    await pause(5000)
    after = load.ran.length
    scheduler.tell({ type: 'resume' })
  })
  t.is(after, before)
  t.is(outcome.code, 0)
  t.deepEqual(sorted(load.ran), all(100))
})

test('the rate is split over the tasks, and again when they come and go', async (t) => {
  const load = standIn(10)
  const schedule = { type: 'constant', perSecond: 100 } as const
  await run(load, planOf(90, 40, 3, { schedule }))
  const last = [...load.rates.values()].map((rates) => rates.map(({ ratio }) => ratio))
  t.true(last.every((ratios) => ratios.includes(1 / 3)))
  t.true(last.some((ratios) => ratios.at(-1) === 1 / 2))
  t.true(
    [...load.rates.values()]
      .flat()
      .every((rate) => rate.schedule === schedule || rate.schedule.type === 'constant'),
  )
})
