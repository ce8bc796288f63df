import test from 'ava'
import { frameworkInfo, ids, Rig } from './rig.ts'

const uuidOf = (rig: Rig): Uint8Array => {
  const call = rig.calls().find((one) => one.type === 'UPDATE')
  return (call?.type === 'UPDATE' ? call.update.status.uuid : undefined) ?? new Uint8Array()
}

test('a status goes to the master with what the agent knows, and the executor is acknowledged', (t) => {
  const rig = new Rig().registered().launch('one').subscribe().update('one', 'TASK_RUNNING', 1)
  t.like(rig.executorEvents()[0], {
    type: 'ACKNOWLEDGED',
    acknowledged: { task_id: { value: 'one' } },
  })
  t.like(rig.calls()[0], {
    type: 'UPDATE',
    update: {
      framework_id: { value: 'F' },
      latest_state: 'TASK_RUNNING',
      status: {
        state: 'TASK_RUNNING',
        source: 'SOURCE_EXECUTOR',
        agent_id: { value: 'S' },
        executor_id: { value: 'e' },
        timestamp: 1,
      },
    },
  })
})

test('the next status of a task waits for the acknowledgement of the one before', (t) => {
  const rig = Rig.running('one')
  rig.update('one', 'TASK_RUNNING', 1)
  t.is(rig.statuses().length, 1)
  rig.update('one', 'TASK_FINISHED', 2)
  t.is(rig.statuses().length, 0)
  rig.acknowledge('one', new Uint8Array([9]))
  t.is(rig.statuses().length, 0, 'another uuid acknowledges nothing')
  rig.acknowledge('one', new Uint8Array([1]))
  t.deepEqual(rig.statuses(), ['one TASK_FINISHED'])
  rig.acknowledge('one', new Uint8Array([2]))
  t.is(rig.state.updates.size, 0)
})

test('a status that is sent again tells the newest state beside it', (t) => {
  const rig = Rig.running('one').update('one', 'TASK_RUNNING', 1)
  rig.update('one', 'TASK_FAILED', 2)
  rig.nowMs += 10_000
  rig.apply({ type: 'retry-due' })
  const [call] = rig.calls()
  t.like(call, {
    update: { latest_state: 'TASK_FAILED', status: { state: 'TASK_RUNNING' } },
  })
})

test('a status is repeated after 10 s, doubling up to 10 min', (t) => {
  const rig = Rig.running('one')
  // The timer of the statuses before it.
  rig.nowMs = 10_000
  rig.apply({ type: 'retry-due' }).update('one', 'TASK_FINISHED', 1)
  const waits: number[] = []
  for (let i = 0; i < 8; i++) {
    const timer = rig.effects.find((effect) => effect.type === 'start-timer')
    const waitMs = timer?.type === 'start-timer' ? timer.afterMs : 0
    waits.push(waitMs)
    rig.nowMs += waitMs
    rig.apply({ type: 'retry-due' })
    t.deepEqual(rig.statuses(), ['one TASK_FINISHED'])
  }
  t.deepEqual(
    waits,
    [10, 20, 40, 80, 160, 320, 600, 600].map((seconds) => seconds * 1000),
  )
})

test('one timer serves all statuses: each is repeated at its own time, those acknowledged not at all', (t) => {
  const rig = Rig.running('one', 'two', 'three')
  const timers = (): readonly number[] =>
    rig.effects.flatMap((effect) => (effect.type === 'start-timer' ? [effect.afterMs] : []))
  // The timer of the statuses before them.
  rig.nowMs = 10_000
  rig.apply({ type: 'retry-due' })
  t.deepEqual([rig.statuses(), timers()], [[], []])
  rig.update('one', 'TASK_FINISHED', 1)
  t.deepEqual(timers(), [10_000])
  rig.nowMs = 13_000
  rig.update('two', 'TASK_FINISHED', 2)
  t.deepEqual(timers(), [])
  rig.nowMs = 15_000
  rig.update('three', 'TASK_FINISHED', 3).acknowledge('one', new Uint8Array([1]))
  rig.nowMs = 20_000
  rig.apply({ type: 'retry-due' })
  t.deepEqual([rig.statuses(), timers()], [[], [3000]])
  rig.nowMs = 23_000
  rig.apply({ type: 'retry-due' })
  t.deepEqual(rig.statuses(), ['two TASK_FINISHED'])
  t.deepEqual(timers(), [2000])
  rig.nowMs = 25_000
  rig.apply({ type: 'retry-due' })
  t.deepEqual([rig.statuses(), timers()], [['three TASK_FINISHED'], [18_000]])
})

test('a status that the executor repeats is kept once', (t) => {
  const rig = Rig.running('one').update('one', 'TASK_RUNNING', 1).update('one', 'TASK_RUNNING', 1)
  t.is(rig.executorEvents()[0]?.type, 'ACKNOWLEDGED')
  t.is(rig.state.updates.get('F/one')?.waiting.length, 1)
})

test('a status after the terminal one is acknowledged and let go', (t) => {
  const rig = Rig.running('one').update('one', 'TASK_FINISHED', 1).update('one', 'TASK_FAILED', 2)
  t.is(rig.executorEvents()[0]?.type, 'ACKNOWLEDGED')
  t.is(rig.state.updates.get('F/one')?.waiting.length, 1)
})

test('while the master is away statuses wait; the next registration sends them', (t) => {
  const rig = Rig.running('one')
  rig.apply({ type: 'master-closed' })
  rig.update('one', 'TASK_FINISHED', 1)
  t.deepEqual(rig.calls(), [])
  rig.apply({ type: 'master-opened' })
  const [register] = rig.calls()
  t.like(register, {
    type: 'REGISTER',
    register: {
      agent_info: { id: { value: 'S' } },
      tasks: [{ framework_id: { value: 'F' }, state: 'TASK_FINISHED' }],
      executors: [{ framework_id: { value: 'F' } }],
      frameworks: [{ framework_id: { value: 'F' }, framework_info: frameworkInfo }],
    },
  })
  rig.registered()
  t.deepEqual(rig.statuses(), ['one TASK_FINISHED'])
})

test('the agent keeps a framework while a status of it is not acknowledged', (t) => {
  const rig = Rig.running('one')
  rig.apply({ type: 'container-ended', containerId: rig.containerId, status: 9 })
  const uuid = uuidOf(rig)
  t.is(uuid.length, 16)
  t.is(rig.state.frameworks.size, 1)
  rig.acknowledge('one', uuid)
  t.is(rig.state.frameworks.size, 0)
})

test('statuses of the agent itself have uuids of their own', (t) => {
  const rig = Rig.running('one', 'two')
  rig.apply({ type: 'container-ended', containerId: rig.containerId, status: 9 })
  const uuids = rig
    .calls()
    .map((call) => (call.type === 'UPDATE' ? String(call.update.status.uuid) : ''))
  t.is(new Set(uuids.filter(Boolean)).size, 2)
})

test('what an older master says is refused', (t) => {
  const rig = Rig.running('one')
  const { framework_id } = ids
  rig.master({ type: 'KILL', kill: { framework_id, task_id: { value: 'none' } } }, 5)
  rig.master({ type: 'SHUTDOWN_EXECUTOR', shutdown_executor: ids }, 4)
  t.deepEqual(rig.kinds(), ['note'])
  t.is(rig.state.epoch, 5)
})

test('an agent that was given up ends its executors and comes back as a new one', (t) => {
  const rig = Rig.running('one')
  rig.master({ type: 'REFUSED', refused: { reason: 'removed', message: 'gone' } })
  t.deepEqual(rig.executorEvents(), [{ type: 'SHUTDOWN' }])
  t.true(rig.kinds().includes('reopen-master'))
  rig.apply({ type: 'master-closed' }).apply({ type: 'master-opened' })
  const [call] = rig.calls()
  t.is(call?.type === 'REGISTER' ? call.register.agent_info.id : 'none', undefined)
  t.deepEqual(call?.type === 'REGISTER' && call.register.tasks, [])
  t.deepEqual(call?.type === 'REGISTER' && call.register.executors, [])
})

test('a framework that is back is sent what waits for it at once, and what it says of itself now counts', (t) => {
  const rig = Rig.running('one').update('one', 'TASK_FINISHED', 1)
  // It was away, and the next time it is sent would be in 20 s.
  rig.nowMs += 10_000
  rig.apply({ type: 'retry-due' })
  rig.nowMs += 1_000
  const framework_info = { ...frameworkInfo, name: 'renamed' }
  const isBack = (id: string): Rig =>
    rig.master({
      type: 'UPDATE_FRAMEWORK',
      update_framework: { framework_id: { value: id }, framework_info },
    })
  isBack('G')
  t.deepEqual(rig.statuses(), [], 'another framework')
  t.false(rig.state.frameworks.has('G'))
  isBack('F')
  t.deepEqual(rig.statuses(), ['one TASK_FINISHED'])
  t.is(rig.state.frameworks.get('F')?.name, 'renamed')
  t.is([...rig.state.updates.values()][0]?.dueMs, rig.nowMs + 10_000)
})
