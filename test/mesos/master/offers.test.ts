import test from 'ava'
import { Rig, executor, task } from './rig.ts'

test('an offer names agent, role, resources and the executors that run there', (t) => {
  const { rig, offer } = Rig.withTasks(['one'])
  t.is(offer.id.value, 'M-O0')
  t.deepEqual(offer.executor_ids, [])
  const next = rig.offer('M-0000', 'M-S0', 'cpus:2.5')
  t.is(next?.id.value, 'M-O1')
  t.deepEqual(next?.executor_ids, [{ value: 'e' }])
  t.like(next?.url, { path: '/slave(1)' })
})

test('an accepted offer gives back what its tasks leave, refused for five seconds', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.accept(offer, task('one'), task('two'))
  t.deepEqual(rig.taskStates(), ['one TASK_STAGING', 'two TASK_STAGING'])
  t.deepEqual(
    rig.agentEvents().map((event) => event.type),
    ['LAUNCH', 'LAUNCH'],
  )
  t.deepEqual(rig.recovered(), ['cpus:1.5;mem:864 for 5000'], 'the executor counts once')
  t.is(rig.state.offers.size, 0)
})

test('an offer that is used up gives nothing back', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.accept(offer, task('one', 'cpus:3.5;mem:992'))
  t.deepEqual(rig.recovered(), [])
})

for (const [seconds, ms] of [
  [undefined, 5000],
  [0, 0],
  [0.5, 500],
  [-1, 5000],
] as const) {
  test(`declining with refuse_seconds ${seconds ?? 'absent'} refuses for ${ms} ms`, (t) => {
    const { rig, offer } = Rig.withOffer()
    rig.scheduler('f', {
      type: 'DECLINE',
      framework_id: { value: 'M-0000' },
      decline: {
        offer_ids: [offer.id],
        ...(seconds !== undefined && { filters: { refuse_seconds: seconds } }),
      },
    })
    t.deepEqual(rig.recovered(), [`cpus:4;mem:1024 for ${ms}`])
    t.is(rig.state.offers.size, 0)
  })
}

test('an offer can be used once', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.accept(offer, task('one'))
  rig.accept(offer, task('two'))
  t.deepEqual(rig.statuses(), [
    'two TASK_LOST REASON_INVALID_OFFERS: Task launched with invalid offers: Offer M-O0 is no longer valid',
  ])
  t.deepEqual(rig.recovered(), [])
})

test('a framework that knows partitions hears DROPPED instead of LOST', (t) => {
  const { rig, offer } = Rig.withOffer({ capabilities: [{ type: 'PARTITION_AWARE' }] })
  rig.accept({ ...offer, id: { value: 'M-O99' } }, task('one'))
  t.is(rig.statuses()[0]?.split(' ')[1], 'TASK_DROPPED')
})

test('an offer that is named twice is refused as with Mesos, and comes back once', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.scheduler('f', {
    type: 'ACCEPT',
    framework_id: { value: 'M-0000' },
    accept: {
      offer_ids: [offer.id, offer.id],
      operations: [{ type: 'LAUNCH', launch: { task_infos: [task('one')] } }],
    },
  })
  t.deepEqual(rig.statuses(), [
    'one TASK_LOST REASON_INVALID_OFFERS: Task launched with invalid offers: Duplicate offer M-O0 in offer list',
  ])
  t.deepEqual(rig.recovered(), ['cpus:4;mem:1024 for 0'])
  t.is(rig.state.offers.size, 0)
})

test('an offer for a role that its framework has left since is not made, and comes back', (t) => {
  const { rig } = Rig.withOffer()
  t.is(rig.offer('M-0000', 'M-S0', 'cpus:1', undefined, 'other'), undefined)
  t.deepEqual(rig.recovered(), ['cpus:1 for 0'])
})

test('one offer that is not valid spoils those beside it, which come back', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.scheduler('f', {
    type: 'ACCEPT',
    framework_id: { value: 'M-0000' },
    accept: {
      offer_ids: [offer.id, { value: 'M-O99' }],
      operations: [{ type: 'LAUNCH', launch: { task_infos: [task('one')] } }],
    },
  })
  t.is(rig.statuses().length, 1)
  t.deepEqual(rig.recovered(), ['cpus:4;mem:1024 for 0'])
  t.deepEqual(rig.taskStates(), [])
})

test('offers of two agents are not used together', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.register('b')
  const other = rig.offer('M-0000', 'M-S1')
  rig.scheduler('f', {
    type: 'ACCEPT',
    framework_id: { value: 'M-0000' },
    accept: {
      offer_ids: [offer.id, other?.id ?? offer.id],
      operations: [{ type: 'LAUNCH', launch: { task_infos: [task('one')] } }],
    },
  })
  t.regex(rig.statuses()[0] ?? '', /Aggregated offers must belong to one single agent/)
  t.is(rig.recovered().length, 2)
})

test('another framework can neither use nor decline an offer', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.subscribe('g')
  rig.scheduler('g', {
    type: 'DECLINE',
    framework_id: { value: 'M-0001' },
    decline: { offer_ids: [offer.id] },
  })
  t.deepEqual(rig.recovered(), [])
  t.is(rig.state.offers.size, 1)
})

test('the framework that a connection is bound to counts, not the id in the call', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.subscribe('g')
  rig.scheduler('g', {
    type: 'DECLINE',
    framework_id: { value: 'M-0000' },
    decline: { offer_ids: [offer.id] },
  })
  t.is(rig.state.offers.size, 1)
})

const refusals: readonly (readonly [string, ReturnType<typeof task>, RegExp])[] = [
  [
    'more than was offered',
    task('x', 'cpus:3.6;mem:64'),
    /required by task and its executor is more than available cpus\(allocated: \*\):4; mem/,
  ],
  ['nothing', task('x', ''), /uses no resources/],
  ['resources reserved for others', task('x', 'cpus(other):1'), /is more than available/],
  ['another agent', task('x', 'cpus:1', { agent_id: { value: 'M-S9' } }), /invalid agent M-S9/],
  ['an id with a slash', task('a/b'), /'a\/b' contains invalid characters/],
  [
    'both command and executor',
    task('x', 'cpus:1', { command: { value: 'true' } }),
    /at least one \(but not both\)/,
  ],
  [
    'an executor without a command',
    task('x', 'cpus:1', { executor: { executor_id: { value: 'e' } } }),
    /'ExecutorInfo.command' must be set/,
  ],
  [
    'an executor of another framework',
    task('x', 'cpus:1', { executor: { ...executor, framework_id: { value: 'other' } } }),
    /invalid FrameworkID/,
  ],
  [
    'a scalar that is no number',
    task('x', 'cpus:1', {
      resources: [{ name: 'cpus', type: 'SCALAR', scalar: { value: -1 } }],
    }),
    /'cpus:-1' is invalid: Invalid scalar resource/,
  ],
]

for (const [what, info, message] of refusals) {
  test(`a task with ${what} is an error, and the offer goes back whole`, (t) => {
    const { rig, offer } = Rig.withOffer()
    rig.accept(offer, info)
    t.is(rig.statuses().length, 1)
    t.regex(rig.statuses()[0] ?? '', /TASK_ERROR REASON_TASK_INVALID/)
    t.regex(rig.statuses()[0] ?? '', message)
    t.deepEqual(rig.recovered(), ['cpus:4;mem:1024 for 5000'])
    t.deepEqual(rig.agentEvents(), [])
  })
}

test('a task id that is in use is an error', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.accept(offer, task('one'), task('one'))
  t.deepEqual(rig.statuses(), ['one TASK_ERROR REASON_TASK_INVALID: Task has duplicate ID: one'])
})

test('an executor id that runs with another command is an error', (t) => {
  const { rig, offer } = Rig.withOffer()
  const changed = { ...executor, command: { value: 'other' } }
  rig.accept(offer, task('one'), task('two', 'cpus:1', { executor: changed }))
  t.regex(
    rig.statuses()[0] ?? '',
    /ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID\./,
  )
})

test('what the allocator offers to a framework that is gone goes back', (t) => {
  const rig = new Rig().subscribe('f', { failover_timeout: 9 }).register('a')
  rig.apply({ type: 'disconnected', connection: 'f' })
  t.is(rig.offer('M-0000', 'M-S0'), undefined)
  t.deepEqual(rig.recovered(), ['cpus:4;mem:1024 for 0'])
})

test('what the allocator offers of an earlier registration of an agent is void', (t) => {
  const rig = new Rig().subscribe('f').register('a')
  rig.register('a2', 'cpus:4;mem:1024', {}, 'M-S0')
  t.is(rig.offer('M-0000', 'M-S0', 'cpus:4', 'a'), undefined)
  t.deepEqual(rig.recovered(), [])
})
