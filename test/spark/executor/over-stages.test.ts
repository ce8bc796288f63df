import test from 'ava'

import type { Environment, Thread } from '../../../src/platform/index.ts'
import { ThreadTaskRunner } from '../../../src/spark/executor/task-threads/index.ts'
import type { TaskDescription, TaskEnvironment } from '../../../src/spark/task/index.ts'

interface Posted {
  readonly type: string
  readonly forgotten?: readonly number[]
  readonly stageIds?: readonly number[]
  readonly binary?: Uint8Array
  readonly task?: TaskDescription
}

function runnerOf(): {
  runner: ThreadTaskRunner
  /** Lets the time of all timers come, and answers how long they had to wait. */
  ring: () => number[]
  posted: Posted[]
  answer: (message: unknown) => void
} {
  const timers: { readonly delayMs: number; readonly fn: () => void }[] = []
  const clock = {
    now: () => 0,
    setTimer: (delayMs: number, fn: () => void) => {
      timers.push({ delayMs, fn })
      return { cancel: () => undefined }
    },
  }
  const posted: Posted[] = []
  let answer: (message: unknown) => void = () => undefined
  const thread = {
    id: 1,
    port: {
      postValue: (message: Posted) => void posted.push(message),
      handle: (handler: (message: unknown) => void) => {
        answer = handler
      },
    },
    exited: new Promise(() => undefined),
    terminate: () => Promise.resolve(),
  } as unknown as Thread
  const environment = { clock, threads: { start: () => thread } } as unknown as Environment
  const tasks = { executorId: '1', directory: '', unrollBytes: 1 } as unknown as TaskEnvironment
  const readRemote = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array())
  const runner = new ThreadTaskRunner(1, environment, tasks, readRemote)
  const ring = (): number[] =>
    timers.splice(0).map(({ delayMs, fn }) => {
      fn()
      return delayMs
    })
  return { runner, ring, posted, answer: (message) => answer(message) }
}

const taskOf = (stageId: number): TaskDescription =>
  ({
    stageId,
    taskAttemptId: stageId,
    partitionId: 0,
    properties: {},
  }) as unknown as TaskDescription

test('a thread is told of stages that are over with its next task, or when it has had none for a second', async (t) => {
  const { runner, ring, posted, answer } = runnerOf()
  const run = async (stageId: number): Promise<void> => {
    runner.load(stageId, new Uint8Array(4))
    const result = runner.run(taskOf(stageId))
    answer({ type: 'task-succeeded', taskAttemptId: stageId, result: {} })
    await result
  }
  await run(1)
  runner.forget(1)
  runner.forget(7)
  t.is(posted.length, 1)
  await run(2)
  t.deepEqual(posted[1]?.forgotten, [1])
  runner.forget(2)
  // Its code comes anew behind what is forgotten.
  await run(2)
  t.deepEqual(posted[2]?.forgotten, [2])
  t.true(posted[2]?.binary instanceof Uint8Array)
  ring()
  t.is(posted.length, 3)
  runner.forget(2)
  t.deepEqual(ring(), [1_000])
  t.deepEqual(posted.slice(3), [{ type: 'forget-stages', stageIds: [2] }])
  t.deepEqual(ring(), [])
  await runner.stop()
})
