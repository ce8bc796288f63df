import test from 'ava'
import { executor, frameworkInfo, ids, Rig, task } from './rig.ts'

const { framework_id, executor_id } = ids
const task_id = { value: 'one' }
const uuid = new Uint8Array([1])
const about = { framework_id, framework_info: frameworkInfo }

const orders: readonly Parameters<Rig['master']>[0][] = [
  { type: 'LAUNCH', launch: { ...about, task: task('two') } },
  {
    type: 'LAUNCH_GROUP',
    launch_group: { ...about, executor, task_group: { tasks: [task('two')] } },
  },
  { type: 'KILL', kill: { framework_id, task_id } },
  { type: 'ACKNOWLEDGE', acknowledge: { framework_id, task_id, uuid } },
  { type: 'SHUTDOWN_EXECUTOR', shutdown_executor: { framework_id, executor_id } },
  { type: 'SHUTDOWN_FRAMEWORK', shutdown_framework: { framework_id } },
  { type: 'CHECKPOINT_RESOURCES', checkpoint_resources: { resources: [] } },
  { type: 'MESSAGE', message: { framework_id, executor_id, data: uuid } },
]

for (const order of orders) {
  test(`${order.type} is not obeyed before the answer to a registration has come`, (t) => {
    const fresh = new Rig().apply({ type: 'master-opened' }).master(order)
    t.deepEqual(fresh.kinds(), ['note'])
    t.is(fresh.state.executors.size, 0)
    t.is(fresh.state.frameworks.size, 0)

    const back = Rig.running('one').update('one', 'TASK_FINISHED', 1)
    back.apply({ type: 'master-closed' }).apply({ type: 'master-opened' })
    const { executors, updates, frameworks } = back.state
    back.master(order)
    t.deepEqual(back.kinds(), ['note'])
    t.is(back.state.executors, executors)
    t.is(back.state.updates, updates)
    t.is(back.state.frameworks, frameworks)
  })
}

test('what an agent may not obey yet tells it the epoch of its master all the same', (t) => {
  const rig = new Rig().apply({ type: 'master-opened' })
  rig.master({ type: 'KILL', kill: { framework_id, task_id } }, 7)
  t.is(rig.state.epoch, 7)
})
