import test from 'ava'
import type { FrameworkInfo } from '../../../src/mesos/protocol/index.ts'
import { executor, frameworkInfo, ids, Rig, task } from './rig.ts'

const { framework_id, executor_id } = ids
const aware: FrameworkInfo = { ...frameworkInfo, capabilities: [{ type: 'PARTITION_AWARE' }] }

type Body = Parameters<Rig['master']>[0]

/** A task alone, or in a group, for an executor that the master wants started, or not. */
const ways: readonly (readonly [string, (info: FrameworkInfo, isNew: boolean) => Body])[] = [
  [
    'a task',
    (framework_info, launch_executor) => ({
      type: 'LAUNCH',
      launch: { framework_id, framework_info, task: task('one'), launch_executor },
    }),
  ],
  [
    'a group',
    (framework_info, launch_executor) => ({
      type: 'LAUNCH_GROUP',
      launch_group: {
        framework_id,
        framework_info,
        executor,
        task_group: { tasks: [task('one')] },
        launch_executor,
      },
    }),
  ],
]

for (const [what, launched] of ways) {
  for (const [info, state] of [
    [frameworkInfo, 'TASK_LOST'],
    [aware, 'TASK_DROPPED'],
  ] as const) {
    test(`${what} for an executor that has ended meanwhile is ${state}, and starts none that the master does not count`, (t) => {
      const rig = new Rig().registered().master(launched(info, false))
      t.deepEqual(rig.statuses(), [`one ${state} REASON_EXECUTOR_TERMINATED`])
      t.is(rig.state.executors.size, 0)
      t.false(rig.kinds().includes('start-container'))
    })
  }

  test(`${what} for an executor that the master wants started, or that runs, is run`, (t) => {
    const rig = new Rig().registered().master(launched(frameworkInfo, true))
    t.true(rig.kinds().includes('start-container'))
    const other = Rig.running('two').master(launched(frameworkInfo, false))
    t.true(other.state.executors.get('F/e')?.tasks.has('one'))
  })
}

test('an executor that was to be started for a task that is over here is counted no more', (t) => {
  const rig = Rig.running('one').update('one', 'TASK_FINISHED', 1)
  rig.apply({ type: 'container-ended', containerId: rig.containerId, status: 0 })
  const launch = { framework_id, framework_info: frameworkInfo, task: task('one') }
  rig.master({ type: 'LAUNCH', launch: { ...launch, launch_executor: true } })
  t.is(rig.state.executors.size, 0)
  t.deepEqual(rig.calls(), [
    { type: 'EXECUTOR_TERMINATED', executor_terminated: { framework_id, executor_id, status: -1 } },
  ])
})

test('of an executor that ends while a registration is under way the master hears with the answer', (t) => {
  const rig = Rig.running('one')
  const { containerId } = rig
  rig.apply({ type: 'master-closed' }).apply({ type: 'master-opened' })
  rig.apply({ type: 'container-ended', containerId, status: 9 })
  t.deepEqual(rig.calls(), [])
  rig.master({
    type: 'REGISTERED',
    registered: { agent_id: { value: 'S' }, heartbeat_interval_seconds: 1, lease_seconds: 5 },
  })
  t.deepEqual(
    rig.calls().map(({ type }) => type),
    ['UPDATE', 'EXECUTOR_TERMINATED'],
  )
  t.deepEqual(rig.state.untoldEnds, [])
})

test('of an executor that has ended before it registers again an agent says nothing', (t) => {
  const rig = Rig.running('one')
  const { containerId } = rig
  rig.apply({ type: 'master-closed' })
  rig.apply({ type: 'container-ended', containerId, status: 9 })
  rig.apply({ type: 'master-opened' })
  t.deepEqual(rig.state.untoldEnds, [])
  t.like(rig.calls(), [{ type: 'REGISTER', register: { executors: [] } }])
})
