import test from 'ava'
import { emptyRegistry } from '../../../src/mesos/registry/index.ts'
import { executor, Rig, task } from './rig.ts'

const framework_id = { value: 'M-0000' }
const aware = { capabilities: [{ type: 'PARTITION_AWARE' as const }] }

/** Agent M-S0, with a task that runs, is out of reach. */
function lost(info: Parameters<Rig['subscribe']>[1] = {}): Rig {
  const { rig } = Rig.withTasks(['one'], info)
  rig.apply({ type: 'disconnected', connection: 'a' })
  return rig.apply({ type: 'agent-expired', agentId: 'M-S0' })
}

function comeBack(rig: Rig): Rig {
  const tasks = [{ framework_id, task: task('one'), state: 'TASK_RUNNING' as const }]
  const held = { tasks, executors: [{ framework_id, executor }] }
  return rig.register('a2', 'cpus:4;mem:1024', held, 'M-S0')
}

function asked(rig: Rig, taskId: string, agentId?: string): string {
  const task_id = { value: taskId }
  const tasks = [{ task_id, ...(agentId !== undefined && { agent_id: { value: agentId } }) }]
  rig.scheduler('f', { type: 'RECONCILE', framework_id, reconcile: { tasks } })
  return rig.statuses().join()
}

test('an agent hears of its admission only when it is written', (t) => {
  const rig = new Rig()
  rig.isWriting = false
  rig.register('a')
  t.deepEqual(rig.agentEvents(), [])
  const written = rig.effects.find((effect) => effect.type === 'record')
  t.like(written, { changes: [{ type: 'agent-admitted', id: 'M-S0' }] })
  rig.apply({ type: 'agent-admitted', connection: 'a' })
  t.is(rig.agentEvents()[0]?.type, 'REGISTERED')
})

test('an agent that goes before its admission is written is forgotten', (t) => {
  const rig = new Rig()
  rig.isWriting = false
  rig.register('a').apply({ type: 'disconnected', connection: 'a' })
  t.like(rig.effects, [{ type: 'record', changes: [{ type: 'agent-forgotten', id: 'M-S0' }] }])
  rig.apply({ type: 'agent-admitted', connection: 'a' })
  t.is(rig.state.agents.size, 0)
})

test('tasks are given up only when it is written that their agent is out of reach', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.apply({ type: 'disconnected', connection: 'a' })
  rig.isWriting = false
  rig.apply({ type: 'agent-expired', agentId: 'M-S0' })
  t.deepEqual(rig.statuses(), [])
  comeBack(rig)
  t.deepEqual(rig.taskStates(), ['one TASK_RUNNING'], 'it was faster than the registry')
  rig.apply({ type: 'agent-unreachable', agentId: 'M-S0', unixMs: 1000 })
  t.deepEqual(rig.statuses(), [])
  t.like(rig.effects, [{ changes: [{ type: 'agent-admitted', id: 'M-S0' }] }])
})

test('a task out of reach is TASK_UNREACHABLE to who knows partitions, and runs again later', (t) => {
  const rig = lost(aware)
  t.regex(rig.statuses()[0] ?? '', /^one TASK_UNREACHABLE REASON_AGENT_REMOVED/)
  t.like(
    rig.schedulerEvents().find((event) => event.type === 'UPDATE'),
    { update: { status: { unreachable_time: { nanoseconds: 1e9 } } } },
  )
  t.regex(asked(rig, 'one'), /TASK_UNREACHABLE .*: Reconciliation: Task is unreachable/)
  t.regex(asked(rig, 'never', 'M-S0'), /TASK_UNREACHABLE/)
  comeBack(rig)
  t.regex(rig.statuses()[0] ?? '', /^one TASK_RUNNING REASON_AGENT_REREGISTERED/)
  t.deepEqual(rig.taskStates(), ['one TASK_RUNNING'])
})

test('a task that was lost to its framework is killed where it turns up, and never heard of', (t) => {
  const rig = lost()
  t.regex(rig.statuses()[0] ?? '', /^one TASK_LOST/)
  comeBack(rig)
  t.deepEqual(
    rig.agentEvents().map(({ type }) => type),
    ['REGISTERED', 'KILL'],
  )
  t.regex(asked(rig, 'one'), /TASK_LOST/)
  const status = {
    task_id: { value: 'one' },
    agent_id: { value: 'M-S0' },
    state: 'TASK_KILLED' as const,
    uuid: new Uint8Array([9]),
  }
  const update = { framework_id, status, latest_state: 'TASK_KILLED' as const }
  rig.agent('a2', { type: 'UPDATE', update })
  t.deepEqual(rig.statuses(), [])
  t.deepEqual(rig.recovered(), ['cpus:1;mem:64 for 0'])
  t.is(rig.agentEvents()[0]?.type, 'ACKNOWLEDGE')
  t.deepEqual(rig.taskStates(), [])
})

test('agents are removed at a limited rate', (t) => {
  const rig = new Rig({ agentRemovalEveryMs: 60_000 })
  rig.nowMs = 10
  for (const one of ['a', 'b', 'c']) rig.register(one)
  for (const one of ['a', 'b', 'c']) rig.apply({ type: 'disconnected', connection: one })
  rig.apply({ type: 'agent-expired', agentId: 'M-S0' })
  t.deepEqual([...rig.state.unreachable.keys()], ['M-S0'])
  rig.nowMs = 20
  rig.apply({ type: 'agent-expired', agentId: 'M-S1' })
  const due = { type: 'agent-removal-due' as const, agentId: 'M-S1' }
  t.like(
    rig.effects.find((effect) => effect.type === 'start-timer'),
    { afterMs: 59_990, event: due },
  )
  rig.apply({ type: 'agent-expired', agentId: 'M-S2' })
  t.like(
    rig.effects.find((effect) => effect.type === 'start-timer'),
    { afterMs: 119_990 },
  )
  rig.apply(due)
  t.deepEqual([...rig.state.agents.keys()], ['M-S2'])
})

test('an agent marked gone is sent away for good, and its tasks are gone', (t) => {
  const { rig } = Rig.withTasks(['one'], aware)
  rig.apply({ type: 'agent-gone', agentId: 'M-S0', unixMs: 1 })
  t.regex(rig.statuses()[0] ?? '', /^one TASK_GONE_BY_OPERATOR REASON_AGENT_REMOVED_BY_OPERATOR/)
  t.like(rig.agentEvents()[0], { type: 'REFUSED', refused: { reason: 'removed' } })
  t.regex(asked(rig, 'one', 'M-S0'), /TASK_GONE_BY_OPERATOR .*: Reconciliation: Task is gone/)
  comeBack(rig)
  t.like(rig.agentEvents()[0], { type: 'REFUSED', refused: { reason: 'removed' } })
})

test('a master gives none of the agents up if too many have not come back', (t) => {
  const admitted = new Map(
    ['S1', 'S2', 'S3', 'S4'].map((id) => [id, { hostname: id, resources: [] }] as const),
  )
  const begin = (recoveryAgentRemovalRatio: number): Rig => {
    const rig = new Rig({ agentReregisterTimeoutMs: 600_000, recoveryAgentRemovalRatio })
    rig.apply({ type: 'recovered', registry: { ...emptyRegistry, epoch: 42, admitted } })
    return rig.register('a', 'cpus:1', {}, 'S1')
  }
  const error = t.throws(() => begin(0.5).apply({ type: 'agent-expired', agentId: 'S2' }), {
    code: 'TROUPE_MESOS_TOO_MANY_REMOVALS',
  })
  t.is(
    error?.message,
    'Post-recovery agent removal limit exceeded! After 10mins there were 3 (75%) agents recovered from the registry that did not reregister: \n{ S2, S3, S4 }\n  The configured removal limit is 50%. Please investigate or increase this limit to proceed further',
  )
  const rig = begin(0.75)
  for (const agentId of ['S2', 'S3', 'S4']) rig.apply({ type: 'agent-expired', agentId })
  t.is(rig.effects.filter(({ type }) => type === 'record').length, 1)
})

test('a master that follows another waits for its agents, then holds them for unreachable', (t) => {
  const rig = new Rig({ agentReregisterTimeoutMs: 5000 }).apply({
    type: 'recovered',
    registry: {
      ...emptyRegistry,
      epoch: 42,
      admitted: new Map([
        ['S1', { hostname: 'one', resources: [] }],
        ['S2', { hostname: 'two', resources: [] }],
      ]),
      unreachable: new Map([['S3', 7]]),
      gone: new Map([['S4', 8]]),
      quotas: new Map([['r', { role: 'r', guarantees: { cpus: { value: 2 } } }]]),
      weights: new Map([['r', 2]]),
    },
  })
  t.deepEqual(rig.toldAllocator(), ['quotas-updated', 'weights-updated'])
  t.like(
    rig.effects.filter((effect) => effect.type === 'start-timer'),
    [{ afterMs: 5000 }, { afterMs: 5000 }],
  )
  rig.subscribe('f', aware)
  t.is(asked(rig, 'x', 'S1'), '', 'it may come back')
  t.is(asked(rig, 'x'), '', 'one of them may have it')
  t.regex(asked(rig, 'x', 'S3'), /TASK_UNREACHABLE/)
  t.regex(asked(rig, 'x', 'S4'), /TASK_GONE_BY_OPERATOR/)
  t.regex(asked(rig, 'x', 'S9'), /TASK_UNKNOWN/)
  rig.register('a', 'cpus:1', {}, 'S1')
  t.like(rig.agentEvents()[0], { type: 'REGISTERED', epoch: 42 })
  rig.apply({ type: 'agent-expired', agentId: 'S1' })
  t.true(rig.state.agents.has('S1'), 'it is back')
  rig.apply({ type: 'agent-expired', agentId: 'S2' })
  t.like(
    rig.schedulerEvents('f').find((event) => event.type === 'FAILURE'),
    { failure: { agent_id: { value: 'S2' } } },
  )
  t.regex(asked(rig, 'x', 'S2'), /TASK_UNREACHABLE/)
  t.regex(asked(rig, 'x'), /TASK_UNKNOWN/)
})

for (const [state, statuses] of [
  ['TASK_GONE', 1],
  ['TASK_DROPPED', 0],
] as const) {
  const what = statuses === 0 ? 'never ran' : 'has run'
  test(`a task that ${what} is ${state} when its agent is back without it`, (t) => {
    const { rig, offer } = Rig.withOffer(aware)
    rig.accept(offer, task('one'))
    if (statuses > 0) rig.update('one', 'TASK_RUNNING', 1)
    rig.apply({ type: 'disconnected', connection: 'a' })
    rig.apply({ type: 'agent-expired', agentId: 'M-S0' })
    rig.register('a2', 'cpus:4;mem:1024', {}, 'M-S0')
    t.deepEqual(rig.statuses(), [
      `one ${state} REASON_RECONCILIATION: Task is unknown to the agent that registered again`,
    ])
    t.regex(asked(rig, 'one', 'M-S0'), /TASK_GONE .*: Reconciliation: Task is unknown to the agent/)
  })
}

for (const [isAware, status, calls] of [
  [true, /^one TASK_RUNNING REASON_AGENT_REREGISTERED/, ['REGISTERED']],
  [false, /^one TASK_LOST REASON_AGENT_REMOVED/, ['REGISTERED', 'KILL']],
] as const) {
  const who = isAware ? 'that knows partitions' : 'that does not know partitions'
  test(`a framework ${who} hears of a task that was out of reach to an earlier master`, (t) => {
    const unreachable = new Map([['M-S0', 7]])
    const registry = { ...emptyRegistry, epoch: 2, unreachable }
    const rig = new Rig().apply({ type: 'recovered', registry })
    rig.subscribe('f', isAware ? aware : {})
    comeBack(rig)
    t.regex(rig.statuses()[0] ?? '', status)
    t.deepEqual(
      rig.agentEvents().map(({ type }) => type),
      calls,
    )
  })
}

test('agents out of reach for too long are forgotten, and the oldest of too many', (t) => {
  const unreachable = new Map([
    ['old', -60_000],
    ['older', 500],
    ['newer', 600],
  ])
  const rig = new Rig({ registryMaxAgentAgeMs: 10_000, registryMaxAgentCount: 2 })
  rig.apply({ type: 'recovered', registry: { ...emptyRegistry, unreachable } })
  rig.register('a').apply({ type: 'disconnected', connection: 'a' })
  rig.apply({ type: 'agent-expired', agentId: 'M-S0' })
  t.deepEqual([...rig.state.unreachable.keys()].sort(), ['M-S0', 'newer'])
  const [{ changes } = { changes: [] }] = rig.effects.filter(
    (effect) => effect.type === 'record' && effect.changes.length === 2,
  ) as readonly { readonly changes: readonly unknown[] }[]
  t.deepEqual(changes, [
    { type: 'agent-forgotten', id: 'old' },
    { type: 'agent-forgotten', id: 'older' },
  ])
})
