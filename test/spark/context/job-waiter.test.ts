import test from 'ava'

import type { ActorRef } from '../../../src/actors/index.ts'
import { testSystem, type TestSystem } from '../../../src/actors/testkit/index.ts'
import { jobWaiter } from '../../../src/spark/context/job-waiter.ts'
import type { JobUpdate } from '../../../src/spark/scheduler/index.ts'

interface Started {
  readonly kit: TestSystem
  readonly waiter: ActorRef<JobUpdate>
  /** What the outcome was told, in order. */
  readonly told: unknown[]
}

function start(): Started {
  const kit = testSystem()
  const told: unknown[] = []
  const scheduler = kit.probe('scheduler')
  const waiter = kit.spawn(
    jobWaiter(7, 'count at program.ts:12', scheduler.ref, {
      resolve: (results) => void told.push([...results.keys()]),
      reject: (error) => void told.push((error as Error).message),
    }),
    'waiter',
  )
  return { kit, waiter, told }
}

test('a job that succeeds is told once, with the results that came', async (t) => {
  const { kit, waiter, told } = start()
  waiter.tell({ type: 'result', partition: 1, parts: [] })
  waiter.tell({ type: 'result', partition: 0, parts: [] })
  waiter.tell({ type: 'succeeded' })
  await kit.settle()
  t.deepEqual(told, [[1, 0]])
})

test('a job that fails is told once, with the reason', async (t) => {
  const { kit, waiter, told } = start()
  waiter.tell({ type: 'failed', cause: undefined, reason: 'the disk is full' })
  await kit.settle()
  t.deepEqual(told, ['Job 7 (count at program.ts:12) failed: the disk is full'])
})

test('a job whose waiter ends before it fails', async (t) => {
  const { kit, waiter, told } = start()
  await kit.until(kit.system.stop(waiter))
  t.deepEqual(told, ['Job 7 (count at program.ts:12) failed: the scheduler is gone'])
})
