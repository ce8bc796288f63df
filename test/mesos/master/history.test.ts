import test from 'ava'
import type { Accounts } from '../../../src/mesos/allocator/index.ts'
import { snapshotOf } from '../../../src/mesos/master/snapshot.ts'
import type { FrameworkSnapshot, MasterSnapshot } from '../../../src/mesos/master/index.ts'
import { Rig, task } from './rig.ts'

const nothing: Accounts = { frameworks: [], roles: [] }

function lookAt(rig: Rig): MasterSnapshot {
  return snapshotOf(rig.state, nothing)
}

function told(tasks: FrameworkSnapshot['completedTasks']): readonly string[] {
  return tasks.map(
    ({ id, state, statuses }) =>
      `${id} ${state}: ${statuses.map((status) => status.state).join(', ')}`,
  )
}

function acknowledge(rig: Rig, id: string, uuid: number): void {
  rig.scheduler('f', {
    type: 'ACKNOWLEDGE',
    framework_id: { value: 'M-0000' },
    acknowledge: {
      agent_id: { value: 'M-S0' },
      task_id: { value: id },
      uuid: new Uint8Array([uuid]),
    },
  })
}

test('a task that is over is remembered with what was said of it, without data', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.update('one', 'TASK_RUNNING', 2)
  rig.update('one', 'TASK_FINISHED', 3)
  rig.update('one', 'TASK_FINISHED', 3)
  acknowledge(rig, 'one', 3)
  const { frameworks, tasks, ended } = lookAt(rig)
  t.deepEqual(tasks, [])
  t.deepEqual(told(frameworks[0]?.completedTasks ?? []), [
    'one TASK_FINISHED: TASK_RUNNING, TASK_FINISHED',
  ])
  t.deepEqual(frameworks[0]?.completedTasks[0]?.statuses[0]?.uuid, new Uint8Array([2]))
  t.deepEqual(ended, { TASK_FINISHED: 1 })
})

test('what a task is given for its executor is not kept', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.accept(offer, task('one', 'cpus:1', { data: new Uint8Array(10) }))
  t.like(rig.agentEvents()[0], { launch: { task: { data: new Uint8Array(10) } } })
  t.is(lookAt(rig).tasks[0]?.info.data, undefined)
})

test('of each framework so many tasks are remembered, and so many frameworks', (t) => {
  const rig = new Rig({ maxCompletedTasks: 2, maxCompletedFrameworks: 1 })
  rig.subscribe('f').register('a')
  const offer = rig.offer('M-0000', 'M-S0', 'cpus:40;mem:1024')
  t.truthy(offer)
  if (offer === undefined) return
  const ids = ['one', 'two', 'three', 'four', 'five']
  rig.accept(offer, ...ids.map((id) => task(id, 'cpus:1')))
  for (const id of ids) {
    rig.update(id, 'TASK_FINISHED', 9)
    acknowledge(rig, id, 9)
  }
  t.deepEqual(told(lookAt(rig).frameworks[0]?.completedTasks ?? []), [
    'four TASK_FINISHED: TASK_FINISHED',
    'five TASK_FINISHED: TASK_FINISHED',
  ])
  rig.scheduler('f', { type: 'TEARDOWN', framework_id: { value: 'M-0000' } })
  t.like(lookAt(rig).completedFrameworks, [{ id: 'M-0000', unregisteredUnixMs: 1000 }])
  rig.subscribe('g').scheduler('g', { type: 'TEARDOWN', framework_id: { value: 'M-0001' } })
  t.deepEqual(
    lookAt(rig).completedFrameworks.map(({ id }) => id),
    ['M-0001'],
  )
})

test('what ran of a framework that is over was killed with it', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.scheduler('f', { type: 'TEARDOWN', framework_id: { value: 'M-0000' } })
  const [framework] = lookAt(rig).completedFrameworks
  t.deepEqual(told(framework?.completedTasks ?? []), ['one TASK_KILLED: TASK_RUNNING, TASK_KILLED'])
  t.like(framework?.completedTasks[0]?.statuses[1], {
    message: 'Framework M-0000 removed',
    reason: 'REASON_FRAMEWORK_REMOVED',
  })
  t.deepEqual(rig.statuses(), [], 'the framework itself hears of none')
})

for (const [isAware, state] of [
  [true, 'TASK_UNREACHABLE'],
  [false, 'TASK_LOST'],
] as const) {
  test(`a task out of reach is remembered apart, as ${state}`, (t) => {
    const { rig } = Rig.withTasks(
      ['one'],
      isAware ? { capabilities: [{ type: 'PARTITION_AWARE' }] } : {},
    )
    rig.apply({ type: 'disconnected', connection: 'a' })
    rig.apply({ type: 'agent-expired', agentId: 'M-S0' })
    const { frameworks, unreachableAgents } = lookAt(rig)
    t.is(unreachableAgents, 1)
    t.deepEqual(told(frameworks[0]?.unreachableTasks ?? []), [
      `one ${state}: TASK_RUNNING, ${state}`,
    ])
    t.deepEqual(frameworks[0]?.completedTasks, [])
  })
}

test('a task that its agent has lost is remembered as lost', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.register('again', 'cpus:4;mem:1024', {}, 'M-S0')
  t.deepEqual(told(lookAt(rig).frameworks[0]?.completedTasks ?? []), [
    'one TASK_LOST: TASK_RUNNING, TASK_LOST',
  ])
})
