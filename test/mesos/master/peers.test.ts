import test from 'ava'
import type { AgentCall } from '../../../src/mesos/index.ts'
import { executor, Rig, task } from './rig.ts'

test('a scheduler that subscribes is told its id, the master, and gets a heartbeat', (t) => {
  const rig = new Rig().subscribe('f')
  const [subscribed, heartbeat] = rig.schedulerEvents()
  t.like(subscribed, {
    type: 'SUBSCRIBED',
    subscribed: { framework_id: { value: 'M-0000' }, heartbeat_interval_seconds: 15 },
  })
  t.is(heartbeat?.type, 'HEARTBEAT')
  t.deepEqual(rig.toldAllocator(), ['framework-added'])
})

const refused: readonly (readonly [string, Parameters<Rig['subscribe']>[1], RegExp])[] = [
  [
    'roles without MULTI_ROLE',
    { roles: ['a'] },
    /^'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable$/,
  ],
  [
    'a role with MULTI_ROLE',
    { role: 'a', capabilities: [{ type: 'MULTI_ROLE' }] },
    /'FrameworkInfo.role' must not be set/,
  ],
  [
    'an illegal role',
    { role: 'a//b' },
    /'FrameworkInfo.role' is not a valid role: Role 'a\/\/b' cannot contain two adjacent slashes/,
  ],
  ['an illegal id', { id: { value: 'a/b' } }, /'a\/b' contains invalid characters/],
]

for (const [what, info, message] of refused) {
  test(`a scheduler with ${what} gets an ERROR and is closed`, (t) => {
    const rig = new Rig().subscribe('f', info)
    const [error] = rig.schedulerEvents()
    t.is(error?.type, 'ERROR')
    t.regex(error?.type === 'ERROR' ? error.error.message : '', message)
    t.true(rig.effects.some((effect) => effect.type === 'close'))
    t.is(rig.state.frameworks.size, 0)
  })
}

test('a call before SUBSCRIBE gets an ERROR and closes the session', (t) => {
  const rig = new Rig().scheduler('f', { type: 'REVIVE', framework_id: { value: 'x' } })
  t.is(rig.schedulerEvents()[0]?.type, 'ERROR')
  t.true(rig.effects.some((effect) => effect.type === 'close'))
})

test('a framework may choose its id', (t) => {
  const rig = new Rig().subscribe('f', { id: { value: 'mine' } })
  t.true(rig.state.frameworks.has('mine'))
})

test('a framework that is gone has its failover time, and then its tasks are killed', (t) => {
  const { rig } = Rig.withTasks(['one'], { failover_timeout: 12.5 })
  const left = rig.offer('M-0000', 'M-S0', 'cpus:1')
  rig.apply({ type: 'disconnected', connection: 'f' })
  t.deepEqual(rig.toldAllocator(), ['resources-recovered', 'framework-deactivated'])
  t.is(rig.state.offers.has(left?.id.value ?? ''), false)
  const timer = rig.effects.find((effect) => effect.type === 'start-timer')
  t.like(timer, { afterMs: 12_500 })
  t.deepEqual(rig.taskStates(), ['one TASK_RUNNING'])
  rig.apply({ type: 'failover-expired', frameworkId: 'M-0000' })
  t.deepEqual(rig.taskStates(), [])
  t.deepEqual(
    rig.agentEvents().map((event) => event.type),
    ['SHUTDOWN_FRAMEWORK'],
  )
  t.deepEqual(rig.toldAllocator(), ['framework-removed'])
  t.is(rig.state.agents.get('M-S0')?.executors.size, 0)
})

test('an agent that is gone has five times fifteen seconds to come back, as with Mesos', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.apply({ type: 'disconnected', connection: 'a' })
  const timers = rig.effects.filter((effect) => effect.type === 'start-timer')
  t.like(timers, [{ afterMs: 75_000, event: { type: 'agent-expired', agentId: 'M-S0' } }])
})

test('a framework that is removed can not come back', (t) => {
  const rig = new Rig().subscribe('f')
  rig.scheduler('f', { type: 'TEARDOWN', framework_id: { value: 'M-0000' } })
  rig.subscribe('g', { id: { value: 'M-0000' } })
  t.like(rig.schedulerEvents()[0], { error: { message: 'Framework has been removed' } })
})

test('a framework that comes back cancels its end, and is offered anew', (t) => {
  const { rig } = Rig.withTasks(['one'], { failover_timeout: 60 })
  rig.apply({ type: 'disconnected', connection: 'f' })
  rig.subscribe('g', { failover_timeout: 60, id: { value: 'M-0000' } })
  t.true(rig.effects.some((effect) => effect.type === 'cancel-timer'))
  t.deepEqual(rig.toldAllocator(), ['framework-updated', 'framework-activated', 'offers-revived'])
  rig.apply({ type: 'failover-expired', frameworkId: 'M-0000' })
  t.is(rig.state.frameworks.get('M-0000')?.connection, 'g')
})

test('a framework that subscribes again with other roles is allocated to in these', (t) => {
  const multi = { capabilities: [{ type: 'MULTI_ROLE' as const }], id: { value: 'F' } }
  const rig = new Rig().subscribe('f', { ...multi, roles: ['a', 'b'] })
  const again = { ...multi, user: 'u', name: 'g', roles: ['b', 'c'] }
  const subscribe = { framework_info: again, suppressed_roles: ['c'] }
  rig.scheduler('g', { type: 'SUBSCRIBE', subscribe })
  const told = rig.effects.flatMap((one) => (one.type === 'tell-allocator' ? [one.message] : []))
  t.deepEqual(told, [
    {
      type: 'framework-updated',
      frameworkId: 'F',
      roles: ['b', 'c'],
      suppressedRoles: ['c'],
      capabilities: ['MULTI_ROLE'],
      minAllocatable: new Map(),
    },
    { type: 'framework-activated', frameworkId: 'F' },
    { type: 'offers-revived', frameworkId: 'F', roles: ['b'] },
  ])
})

test('a framework that leaves a role by the session it has loses the offers for it', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.subscribe('f', { id: { value: 'M-0000' }, role: 'other' })
  t.deepEqual(rig.toldAllocator(), ['resources-recovered', 'framework-updated'])
  t.like(rig.schedulerEvents()[0], { type: 'RESCIND', rescind: { offer_id: offer.id } })
})

test('a kill that an agent could not hear is repeated when it registers again', (t) => {
  const { rig } = Rig.withTasks(['one', 'two', 'three'])
  const framework_id = { value: 'M-0000' }
  rig.apply({ type: 'disconnected', connection: 'a' })
  for (const value of ['one', 'two']) {
    rig.scheduler('f', { type: 'KILL', framework_id, kill: { task_id: { value } } })
    t.deepEqual(rig.agentEvents(), [])
  }
  const held = (['one', 'two', 'three'] as const).map((id) => ({
    framework_id,
    task: task(id),
    state: id === 'two' ? ('TASK_FINISHED' as const) : ('TASK_RUNNING' as const),
  }))
  const executors = [{ framework_id, executor }]
  rig.register('a2', 'cpus:4;mem:1024', { tasks: held, executors }, 'M-S0')
  const [registered, ...kills] = rig.agentEvents()
  t.is(registered?.type, 'REGISTERED')
  t.deepEqual(kills, [
    { type: 'KILL', epoch: 1, kill: { framework_id, task_id: { value: 'one' } } },
  ])
})

test('the end of a connection that was taken over changes nothing', (t) => {
  const rig = new Rig().subscribe('f')
  rig.subscribe('g', { id: { value: 'M-0000' } })
  rig.apply({ type: 'disconnected', connection: 'f' })
  t.deepEqual(rig.effects, [])
  t.is(rig.state.frameworks.get('M-0000')?.connection, 'g')
})

test('an agent that registers gets its id, its lease, and the epoch', (t) => {
  const rig = new Rig({ epoch: 7 }).register('a')
  t.deepEqual(rig.agentEvents(), [
    {
      type: 'REGISTERED',
      epoch: 7,
      registered: {
        agent_id: { value: 'M-S0' },
        heartbeat_interval_seconds: 1,
        lease_seconds: 10,
      },
    },
  ])
  t.deepEqual(rig.toldAllocator(), ['agent-added'])
})

test('a master that began by a clock set back goes beyond the epoch that its agents know', (t) => {
  const registering = (epoch: number): AgentCall => ({
    type: 'REGISTER',
    register: {
      agent_info: { hostname: 'a', resources: [] },
      incarnation: '1',
      epoch,
      tasks: [],
      executors: [],
      frameworks: [],
    },
  })
  const told = (isEpochGuessed: boolean): readonly number[] => {
    const rig = new Rig({ epoch: 5, isEpochGuessed })
    return [0, 5, 12, 3].flatMap((known, at) => {
      rig.agent(`connection-${String(at)}`, registering(known))
      return rig.agentEvents().map(({ epoch }) => epoch)
    })
  }
  t.deepEqual(told(true), [5, 5, 13, 13])
  t.deepEqual(told(false), [5, 5, 5, 5])
})

const unheard: readonly (readonly [string, (rig: Rig) => Rig])[] = [
  ['whose session has ended', (rig) => rig.apply({ type: 'disconnected', connection: 'a' })],
  ['whose session still seems to last', (rig) => rig],
]

for (const [what, then] of unheard) {
  test(`an agent ${what} keeps the id that it never heard of when it registers as new again`, (t) => {
    const { rig, offer } = Rig.withOffer()
    rig.accept(offer, task('one'))
    then(rig).register('b', 'cpus:4;mem:1024', { incarnation: 'a' })
    t.like(rig.agentEvents(), [{ registered: { agent_id: { value: 'M-S0' } } }])
    t.deepEqual([...rig.state.agents.keys()], ['M-S0'])
    t.regex(rig.statuses().join(), /^one TASK_LOST REASON_RECONCILIATION/, 'it has not come there')
    rig.register('c')
    t.deepEqual([...rig.state.agents.keys()], ['M-S0', 'M-S1'], 'another gets one of its own')
  })
}

test('an agent that asks anew before its admission is written is admitted once, by its newest session', (t) => {
  const rig = new Rig()
  rig.isWriting = false
  rig.register('a').register('b', 'cpus:4;mem:1024', { incarnation: 'a' })
  t.true(rig.effects.some((effect) => effect.type === 'close' && effect.connection === 'a'))
  rig.apply({ type: 'disconnected', connection: 'a' })
  t.deepEqual(rig.effects, [], 'nor is it forgotten')
  rig.apply({ type: 'agent-admitted', connection: 'a' })
  t.deepEqual(rig.effects, [])
  rig.apply({ type: 'agent-admitted', connection: 'b' })
  t.like(rig.agentEvents(), [{ registered: { agent_id: { value: 'M-S0' } } }])
  t.is(rig.state.agents.get('M-S0')?.connection, 'b')
})

const over: readonly (readonly [string, (rig: Rig) => Rig])[] = [
  [
    'was out of reach',
    (rig) =>
      rig
        .apply({ type: 'disconnected', connection: 'a' })
        .apply({ type: 'agent-expired', agentId: 'M-S0' }),
  ],
  ['has unregistered', (rig) => rig.agent('a', { type: 'UNREGISTER' })],
  ['is gone', (rig) => rig.apply({ type: 'agent-gone', agentId: 'M-S0', unixMs: 1 })],
  ['was started again', (rig) => rig.register('b', 'cpus:4', {}, 'M-S0')],
]

for (const [what, then] of over) {
  test(`nothing is kept of the id that an agent was given once it ${what}`, (t) => {
    const rig = then(new Rig().register('a'))
    t.is(rig.state.givenIds.size, 0)
    rig.register('c', 'cpus:4', { incarnation: 'a' })
    t.like(rig.agentEvents(), [{ registered: { agent_id: { value: 'M-S1' } } }])
  })
}

test('nothing is kept of the id of an agent that goes before its admission is written', (t) => {
  const rig = new Rig()
  rig.isWriting = false
  rig.register('a').apply({ type: 'disconnected', connection: 'a' })
  t.is(rig.state.givenIds.size, 0)
})

test('an agent whose resources can not be is refused', (t) => {
  const rig = new Rig().agent('a', {
    type: 'REGISTER',
    register: {
      agent_info: {
        hostname: 'a',
        resources: [{ name: 'cpus', type: 'SCALAR', scalar: { value: Number.NaN } }],
      },
      incarnation: '1',
      epoch: 0,
      tasks: [],
      executors: [],
      frameworks: [],
    },
  })
  t.like(rig.agentEvents()[0], { type: 'REFUSED', refused: { reason: 'invalid' } })
  t.is(rig.state.agents.size, 0)
})

test('an agent that is away keeps its tasks for a while; then they are lost', (t) => {
  const { rig } = Rig.withTasks(['one', 'two'])
  rig.update('two', 'TASK_FINISHED', 2)
  rig.offer('M-0000', 'M-S0', 'cpus:1')
  rig.apply({ type: 'disconnected', connection: 'a' })
  t.deepEqual(
    rig.schedulerEvents().map((event) => event.type),
    ['RESCIND'],
  )
  t.true(rig.toldAllocator().includes('agent-removed'))
  rig.apply({ type: 'agent-expired', agentId: 'M-S0' })
  t.is(rig.statuses().length, 1, 'a task that had ended has one terminal state')
  t.regex(rig.statuses()[0] ?? '', /^one TASK_LOST REASON_AGENT_REMOVED/)
  t.true(rig.schedulerEvents().some((event) => event.type === 'FAILURE'))
  t.deepEqual(rig.taskStates(), [])
  t.is(rig.state.agents.size, 0)
})

test('an agent that comes back in time with its tasks loses nothing', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.apply({ type: 'disconnected', connection: 'a' })
  const framework_id = { value: 'M-0000' }
  rig.register(
    'a2',
    'cpus:4;mem:1024',
    {
      tasks: [{ framework_id, task: task('one'), state: 'TASK_RUNNING' }],
      executors: [{ framework_id, executor }],
    },
    'M-S0',
  )
  t.deepEqual(rig.statuses(), [])
  t.deepEqual(rig.taskStates(), ['one TASK_RUNNING'])
  const added = rig.effects.find(
    (effect) => effect.type === 'tell-allocator' && effect.message.type === 'agent-added',
  )
  const held =
    added?.type === 'tell-allocator' && added.message.type === 'agent-added'
      ? added.message.held
      : []
  t.is(held.length, 2, 'its task and its executor')
  rig.apply({ type: 'agent-expired', agentId: 'M-S0' })
  t.is(rig.state.agents.size, 1)
})

test('a task that the agent has lost while it was away is lost', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.apply({ type: 'disconnected', connection: 'a' })
  rig.register('a2', 'cpus:4;mem:1024', {}, 'M-S0')
  t.regex(rig.statuses()[0] ?? '', /^one TASK_LOST REASON_RECONCILIATION/)
  t.deepEqual(rig.taskStates(), [])
})

test('a new master learns frameworks, executors and tasks from the agents', (t) => {
  const rig = new Rig({ epoch: 2 })
  const framework_id = { value: 'OLD-0000' }
  const framework_info = { user: 'u', name: 'old', failover_timeout: 30 }
  rig.register(
    'a',
    'cpus:4;mem:1024',
    {
      frameworks: [{ framework_id, framework_info }],
      executors: [{ framework_id, executor }],
      tasks: [{ framework_id, task: task('one'), state: 'TASK_RUNNING' }],
    },
    'OLD-S0',
  )
  t.deepEqual(rig.taskStates(), ['one TASK_RUNNING'])
  t.deepEqual(rig.toldAllocator(), ['framework-added', 'agent-added'])
  t.true(rig.effects.some((effect) => effect.type === 'start-timer'))
  rig.subscribe('f', { ...framework_info, id: framework_id })
  t.is(rig.state.frameworks.get('OLD-0000')?.connection, 'f')
  t.is(rig.state.frameworks.get('OLD-0000')?.tasks.size, 1)
})

test('an agent is told to end the executors of a framework that is over', (t) => {
  const rig = new Rig().subscribe('f')
  rig.scheduler('f', { type: 'TEARDOWN', framework_id: { value: 'M-0000' } })
  const framework_id = { value: 'M-0000' }
  rig.register('a', 'cpus:4;mem:1024', {
    frameworks: [{ framework_id, framework_info: { user: 'u', name: 'f' } }],
    executors: [{ framework_id, executor }],
    tasks: [{ framework_id, task: task('one'), state: 'TASK_RUNNING' }],
  })
  t.deepEqual(
    rig.agentEvents().map((event) => event.type),
    ['REGISTERED', 'SHUTDOWN_FRAMEWORK'],
  )
  t.deepEqual(rig.taskStates(), [])
})

test('an executor that has ended gives back its own resources', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.agent('a', {
    type: 'EXECUTOR_TERMINATED',
    executor_terminated: {
      framework_id: { value: 'M-0000' },
      executor_id: executor.executor_id,
      status: 9,
    },
  })
  t.deepEqual(rig.recovered(), ['cpus:0.5;mem:32 for 0'])
  t.like(rig.schedulerEvents()[0], { type: 'FAILURE', failure: { status: 9 } })
})

test('the agent is told whether a task is to start its executor', (t) => {
  const asked = (rig: Rig): readonly (boolean | undefined)[] =>
    rig
      .agentEvents()
      .flatMap((event) => (event.type === 'LAUNCH' ? [event.launch.launch_executor] : []))
  const { rig, offer } = Rig.withOffer()
  rig.accept(offer, task('one'), task('two'))
  t.deepEqual(asked(rig), [true, false])
  rig.agent('a', {
    type: 'EXECUTOR_TERMINATED',
    executor_terminated: {
      framework_id: { value: 'M-0000' },
      executor_id: executor.executor_id,
      status: 9,
    },
  })
  const next = rig.offer('M-0000', 'M-S0', 'cpus:2;mem:256')
  if (next !== undefined) rig.accept(next, task('three'))
  t.deepEqual(asked(rig), [true])
})

test('an agent that leaves loses its tasks at once', (t) => {
  const { rig } = Rig.withTasks(['one'])
  rig.agent('a', { type: 'UNREGISTER' })
  t.regex(rig.statuses()[0] ?? '', /^one TASK_LOST .* has unregistered/)
  t.is(rig.state.agents.size, 0)
})
