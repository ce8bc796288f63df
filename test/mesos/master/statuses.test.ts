import test from 'ava'
import { Rig } from './rig.ts'

const framework_id = { value: 'M-0000' }
const acknowledge = (rig: Rig, id: string, uuid: number): Rig =>
  rig.scheduler('f', {
    type: 'ACKNOWLEDGE',
    framework_id,
    acknowledge: {
      agent_id: { value: 'M-S0' },
      task_id: { value: id },
      uuid: new Uint8Array([uuid]),
    },
  })

test('the first terminal status frees what the task held, a repeated one nothing more', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.update('one', 'TASK_FINISHED', 2)
  t.deepEqual(rig.recovered(), ['cpus:1;mem:64 for 0'])
  rig.update('one', 'TASK_FINISHED', 2)
  t.deepEqual(rig.recovered(), [])
  t.is(rig.schedulerEvents().length, 1, 'it is passed on all the same')
})

test('a task is freed by the newest state its agent knows, though older statuses wait', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.update('one', 'TASK_RUNNING', 2, 'TASK_FAILED')
  t.deepEqual(rig.recovered(), ['cpus:1;mem:64 for 0'])
  t.deepEqual(rig.taskStates(), ['one TASK_FAILED'])
})

test('the acknowledgement goes to the agent; that of the terminal status ends the task', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.update('one', 'TASK_RUNNING', 2, 'TASK_FINISHED')
  acknowledge(rig, 'one', 2)
  t.is(rig.agentEvents()[0]?.type, 'ACKNOWLEDGE')
  t.deepEqual(rig.taskStates(), ['one TASK_FINISHED'])
  rig.update('one', 'TASK_FINISHED', 3)
  acknowledge(rig, 'one', 3)
  t.deepEqual(rig.taskStates(), [])
  t.is(rig.state.agents.get('M-S0')?.tasks.size, 0)
})

test('a task has one terminal state', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.update('one', 'TASK_FINISHED', 2)
  rig.update('one', 'TASK_FAILED', 3)
  t.deepEqual(rig.taskStates(), ['one TASK_FINISHED'])
  rig.apply({ type: 'disconnected', connection: 'a' })
  rig.apply({ type: 'agent-expired', agentId: 'M-S0' })
  t.deepEqual(rig.statuses(), [])
})

test('a status for a framework that is away is kept back by its agent', (t) => {
  const { rig } = Rig.withTasks(['one'], { failover_timeout: 60 })
  rig.apply({ type: 'disconnected', connection: 'f' })
  rig.update('one', 'TASK_FINISHED', 2)
  t.deepEqual(rig.schedulerEvents(), [])
  t.deepEqual(rig.agentEvents(), [], 'not acknowledged: it will come again')
})

test('a status for a framework that is over is acknowledged in its place', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.scheduler('f', { type: 'TEARDOWN', framework_id })
  rig.update('one', 'TASK_KILLED', 2)
  t.is(rig.agentEvents()[0]?.type, 'ACKNOWLEDGE')
})

test('a known task is killed by its agent', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.scheduler('f', { type: 'KILL', framework_id, kill: { task_id: { value: 'one' } } })
  t.like(rig.agentEvents()[0], { type: 'KILL', kill: { task_id: { value: 'one' } } })
})

const unknownTasks: readonly (readonly [boolean, string | undefined, string])[] = [
  [false, undefined, 'TASK_LOST'],
  [false, 'M-S0', 'TASK_LOST'],
  [true, undefined, 'TASK_UNKNOWN'],
  [true, 'M-S0', 'TASK_GONE'],
  [true, 'M-S9', 'TASK_UNKNOWN'],
]

for (const [isAware, agentId, state] of unknownTasks) {
  test(`an unknown task on ${agentId ?? 'no agent'} is ${state} to a framework ${isAware ? 'that knows partitions' : 'of the old kind'}`, (t) => {
    const { rig } = Rig.withTasks(
      ['one'],
      isAware ? { capabilities: [{ type: 'PARTITION_AWARE' }] } : {},
    )
    const asked = {
      task_id: { value: 'other' },
      ...(agentId !== undefined && { agent_id: { value: agentId } }),
    }
    rig.scheduler('f', { type: 'RECONCILE', framework_id, reconcile: { tasks: [asked] } })
    t.regex(rig.statuses()[0] ?? '', new RegExp(`^other ${state} REASON_RECONCILIATION`))
  })
}

test('of a task on an agent that is away there is no word yet', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.apply({ type: 'disconnected', connection: 'a' })
  const asked = { task_id: { value: 'other' }, agent_id: { value: 'M-S0' } }
  rig.scheduler('f', { type: 'RECONCILE', framework_id, reconcile: { tasks: [asked] } })
  t.deepEqual(rig.effects, [])
})

test('an empty reconciliation tells all tasks that are not terminal', (t) => {
  const { rig } = Rig.withTasks(['one', 'two', 'three'])
  rig.update('two', 'TASK_FINISHED', 2)
  rig.scheduler('f', { type: 'RECONCILE', framework_id, reconcile: { tasks: [] } })
  t.deepEqual(
    rig
      .statuses()
      .map((status) => status.split(' ').slice(0, 2).join(' '))
      .sort(),
    ['one TASK_RUNNING', 'three TASK_RUNNING'],
  )
})

test('bytes pass between scheduler and executor both ways', (t) => {
  const { rig } = Rig.withTasks(['one'])
  const data = new Uint8Array([1, 2])
  const executor_id = { value: 'e' }
  const agent_id = { value: 'M-S0' }
  rig.scheduler('f', { type: 'MESSAGE', framework_id, message: { agent_id, executor_id, data } })
  t.like(rig.agentEvents()[0], { type: 'MESSAGE', message: { data } })
  rig.agent('a', { type: 'MESSAGE', message: { framework_id, executor_id, data } })
  t.like(rig.schedulerEvents()[0], { type: 'MESSAGE', message: { agent_id, data } })
})

test('a new master says nothing yet of tasks whose agent may still come', (t) => {
  const rig = new Rig()
  rig.state = { ...rig.state, startedMs: 0 }
  rig.subscribe('f', { id: { value: 'OLD' } }).subscribe('g')
  const ask = (connection: string): readonly string[] =>
    rig
      .scheduler(connection, {
        type: 'RECONCILE',
        framework_id: { value: 'x' },
        reconcile: { tasks: [{ task_id: { value: 'one' } }] },
      })
      .statuses()
  t.deepEqual(ask('f'), [])
  t.is(ask('g').length, 1, 'a framework that is new has no tasks from before')
  rig.nowMs = 30_000
  t.is(ask('f').length, 1)
})
