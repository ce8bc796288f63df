import test from 'ava'
import type { Offer, Operation, Resource } from '../../../src/mesos/protocol/index.ts'
import { formatResources } from '../../../src/mesos/resources/index.ts'
import { Rig, task } from './rig.ts'

const reserved = (name: string, value: number, more: Partial<Resource> = {}): Resource =>
  ({
    name,
    type: 'SCALAR',
    scalar: { value },
    reservations: [{ type: 'DYNAMIC', role: 'r' }],
    ...more,
  }) as Resource
const volume = reserved('disk', 64, {
  disk: { persistence: { id: 'v' }, volume: { mode: 'RW', container_path: 'data' } },
})

function rigWithOffer(capabilities: readonly 'RESERVATION_REFINEMENT'[] = []): {
  readonly rig: Rig
  readonly offer: Offer
} {
  const resources = 'cpus:4;mem:1024;disk:100'
  const rig = new Rig()
    .subscribe('f', { role: 'r', capabilities: capabilities.map((type) => ({ type })) })
    .register('a', resources)
  const offer = rig.offer('M-0000', 'M-S0', resources, undefined, 'r')
  if (offer === undefined) throw new RangeError('no offer')
  return { rig, offer }
}

function accept(rig: Rig, offer: Offer, ...operations: readonly Operation[]): Rig {
  return rig.scheduler('f', {
    type: 'ACCEPT',
    framework_id: { value: 'M-0000' },
    accept: { offer_ids: [offer.id], operations, filters: { refuse_seconds: 0 } },
  })
}

const reserve = (...resources: readonly Resource[]): Operation => ({
  type: 'RESERVE',
  id: { value: 'reserve' },
  reserve: { resources },
})
const create: Operation = { type: 'CREATE', create: { volumes: [volume] } }

function totalOf(rig: Rig): string {
  const total = rig.state.agents.get('M-S0')?.total
  return total === undefined ? '' : formatResources(total)
}

/** Statuses of operations in the last effects. */
function outcomes(rig: Rig): readonly string[] {
  return rig.schedulerEvents().flatMap((event) => {
    if (event.type !== 'UPDATE_OPERATION_STATUS') return []
    const { operation_id, state, message = '' } = event.update_operation_status.status
    return [`${operation_id?.value ?? ''} ${state}: ${message}`]
  })
}

test('one ACCEPT reserves, creates a volume and launches a task that uses both', (t) => {
  const { rig, offer } = rigWithOffer()
  const launched = task('one', 'cpus:1', { resources: [reserved('cpus', 2), volume] })
  const operations: readonly Operation[] = [
    reserve(reserved('cpus', 2), reserved('disk', 70)),
    create,
    { type: 'LAUNCH', launch: { task_infos: [launched] } },
  ]
  accept(rig, offer, ...operations)
  t.deepEqual(rig.taskStates(), ['one TASK_STAGING'])
  t.is(totalOf(rig), 'cpus:2;mem:1024;disk:30;cpus(r):2;disk(r):6;disk(r)[v:data]:64')
  t.deepEqual(
    rig.agentEvents().map((event) => event.type),
    ['CHECKPOINT_RESOURCES', 'CHECKPOINT_RESOURCES', 'LAUNCH'],
  )
  t.deepEqual(rig.toldAllocator(), [
    'allocation-converted',
    'allocation-converted',
    'resources-recovered',
  ])
  t.deepEqual(rig.recovered(), ['cpus:1.5;mem:992;disk:30;disk:6 for 0'])
})

test('an operation that is refused changes nothing, and the others go on', (t) => {
  const { rig, offer } = rigWithOffer()
  const launched = task('one', 'cpus:1;mem:64')
  accept(rig, offer, reserve(reserved('cpus', 5)), create, {
    type: 'LAUNCH',
    launch: { task_infos: [launched] },
  })
  t.deepEqual(rig.taskStates(), ['one TASK_STAGING'])
  t.is(totalOf(rig), 'cpus:4;mem:1024;disk:100')
  t.deepEqual(outcomes(rig), [
    'reserve OPERATION_ERROR: cpus(allocated: r):4; mem(allocated: r):1024; disk(allocated: r):100 does not contain cpus(allocated: r):5',
  ])
  const notes = rig.effects.flatMap((effect) => (effect.type === 'note' ? [effect.fields] : []))
  t.deepEqual(
    notes.map((fields) => fields['operation']),
    ['RESERVE', 'CREATE'],
  )
})

const messages: readonly (readonly [Operation, string])[] = [
  [
    reserve({ name: 'cpus', type: 'SCALAR', scalar: { value: 1 } }),
    'Resource cpus(allocated: r):1 is not dynamically reserved; on agent M-S0 at slave(1)@a:5051 (a)',
  ],
  [
    reserve({ name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, role: 'a//b' }),
    "Operation attempted with invalid resources: Resource 'cpus:1' is invalid: Role 'a//b' cannot contain two adjacent slashes",
  ],
  [
    {
      type: 'GROW_VOLUME',
      id: { value: 'reserve' },
      grow_volume: { volume, addition: reserved('disk', 1) },
    },
    'Invalid GROW_VOLUME operation: cpus(allocated: r):4; mem(allocated: r):1024; disk(allocated: r):100 does not contain disk(allocated: r)(reservations: [(DYNAMIC,r)])[v:data]:64; disk(allocated: r)(reservations: [(DYNAMIC,r)]):1',
  ],
]

for (const [operation, message] of messages) {
  test(`a framework is told: ${message.slice(0, 60)}`, (t) => {
    const { rig, offer } = rigWithOffer()
    accept(rig, offer, operation)
    t.deepEqual(outcomes(rig), [`reserve OPERATION_ERROR: ${message}`])
  })
}

test('with an offer that is gone every operation is dropped', (t) => {
  const { rig, offer } = rigWithOffer()
  accept(rig, { ...offer, id: { value: 'M-O9' } }, reserve(reserved('cpus', 1)))
  t.is(totalOf(rig), 'cpus:4;mem:1024;disk:100')
  t.regex(outcomes(rig)[0] ?? '', /^reserve OPERATION_ERROR: .*Offer M-O9 is no longer valid$/)
})

test('an operation with an id is finished when the agent says so', (t) => {
  const { rig, offer } = rigWithOffer()
  accept(rig, offer, reserve(reserved('cpus', 1)))
  t.deepEqual(outcomes(rig), [])
  const [event] = rig.agentEvents()
  if (event?.type !== 'CHECKPOINT_RESOURCES') return t.fail()
  const [asked] = event.checkpoint_resources.operations ?? []
  t.is(asked?.operation.id?.value, 'reserve')
  rig.agent('a', {
    type: 'UPDATE_OPERATION_STATUS',
    update_operation_status: {
      framework_id: { value: 'M-0000' },
      status: { operation_id: { value: 'reserve' }, state: 'OPERATION_FINISHED' },
    },
  })
  t.deepEqual(outcomes(rig), ['reserve OPERATION_FINISHED: '])
})

test('an agent that comes back is told what its master has made of its resources', (t) => {
  const { rig, offer } = rigWithOffer()
  accept(rig, offer, reserve(reserved('cpus', 1)))
  rig.apply({ type: 'disconnected', connection: 'a' })
  rig.register('b', 'cpus:4;mem:1024;disk:100', { incarnation: 'a' }, 'M-S0')
  t.is(totalOf(rig), 'cpus:3;mem:1024;disk:100;cpus(r):1')
  const kept = rig.agentEvents().find((event) => event.type === 'CHECKPOINT_RESOURCES')
  t.is(kept?.type === 'CHECKPOINT_RESOURCES' && kept.checkpoint_resources.resources.length, 1)
})

test('a new master takes over what an agent has kept, and refuses what can not be', (t) => {
  const held = { checkpointed_resources: [reserved('cpus', 1), volume] }
  const rig = new Rig().register('a', 'cpus:4;disk:64', held, 'X-S7')
  const total = rig.state.agents.get('X-S7')?.total
  t.is(total && formatResources(total), 'cpus:3;cpus(r):1;disk(r)[v:data]:64')
  t.deepEqual(
    rig.agentEvents().map((event) => event.type),
    ['REGISTERED'],
  )
  const other = new Rig().register('a', 'cpus:4', held, 'X-S7')
  const [event] = other.agentEvents()
  t.is(
    event?.type === 'REFUSED' ? event.refused.message : '',
    'Agent has invalid resources: Incompatible agent resources: cpus:3; cpus(reservations: [(DYNAMIC,r)]):1 does not contain disk:64',
  )
})

test('frameworks that know refinement see it, others the old form', (t) => {
  const old = rigWithOffer().offer.resources[0]
  t.is(old?.role, '*')
  const refined = rigWithOffer(['RESERVATION_REFINEMENT']).offer.resources[0]
  t.false('role' in (refined ?? {}))
})

const refused: readonly (readonly [string, Partial<Parameters<typeof task>[2]>, RegExp])[] = [
  ['no resources', { resources: [] }, /: Task uses no resources$/],
  [
    'a resource in no form',
    { resources: [reserved('cpus', -1)] },
    /: Resource 'cpus\(reservations: \[\(DYNAMIC,r\)\]\):-1' is invalid: Invalid scalar resource: value <= 0$/,
  ],
  [
    'one volume twice',
    { resources: [volume, volume] },
    /: Task uses duplicate persistence ID: Persistence ID 'v' is not unique$/,
  ],
  [
    'more than there is',
    { resources: [reserved('cpus', 1)] },
    /: Total resources cpus\(allocated: r\)\(reservations: \[\(DYNAMIC,r\)\]\):1.* required by task and its executor is more than available cpus\(allocated: r\):4;/,
  ],
  [
    'revocable and firm cpus',
    {
      resources: [
        { name: 'cpus', type: 'SCALAR', scalar: { value: 1 } },
        { name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, revocable: {} },
      ],
    },
    /: Task mixes revocable and non-revocable resources: Cannot use both revocable and non-revocable 'cpus' at the same time$/,
  ],
]

for (const [what, more, message] of refused) {
  test(`a task with ${what} is an error in the words of Mesos`, (t) => {
    const { rig, offer } = rigWithOffer()
    rig.accept(offer, task('one', 'cpus:1', more))
    t.regex(rig.statuses()[0] ?? '', /^one TASK_ERROR REASON_TASK_INVALID/)
    t.regex(rig.statuses()[0] ?? '', message)
    t.is(rig.recovered().length, 1)
  })
}

function operate(rig: Rig, resources: readonly Resource[]): Rig {
  return rig.apply({
    type: 'operation-asked',
    request: '1',
    agentId: 'M-S0',
    operation: { type: 'RESERVE', reserve: { resources } },
  })
}

/** Answers to operators in the last effects. */
function answers(rig: Rig): readonly string[] {
  return rig.effects.flatMap((effect) =>
    effect.type === 'answer-operation'
      ? [`${effect.request} ${effect.answer.refusal?.reason ?? 'done'}`]
      : [],
  )
}

test('of an operator only those offers are rescinded that are in the way', (t) => {
  const { rig } = rigWithOffer()
  const other = rig.offer('M-0000', 'M-S0', 'mem:10', undefined, 'r')
  operate(rig, [reserved('cpus', 1)])
  t.deepEqual(
    rig.schedulerEvents().map((event) => event.type),
    ['RESCIND'],
  )
  t.deepEqual([...rig.state.offers.keys()], [other?.id.value])
  t.deepEqual(rig.toldAllocator(), ['resources-recovered', 'available-converted'])
  t.deepEqual(answers(rig), [])
  rig.apply({ type: 'conversion-answered', request: '1' })
  t.deepEqual(answers(rig), ['1 done'])
  t.is(totalOf(rig), 'cpus:3;mem:1024;disk:100;cpus(r):1')
  rig.apply({ type: 'conversion-answered', request: '1' })
  t.is(totalOf(rig), 'cpus:3;mem:1024;disk:100;cpus(r):1', 'an answer counts once')
})

test('an operation on an agent that has registered again meanwhile was not carried out', (t) => {
  const rig = new Rig().register('a', 'cpus:4')
  operate(rig, [reserved('cpus', 1)])
  rig.apply({ type: 'disconnected', connection: 'a' })
  rig.register('b', 'cpus:4', { incarnation: 'a' }, 'M-S0')
  rig.apply({ type: 'conversion-answered', request: '1' })
  t.deepEqual(answers(rig), ['1 The agent has disconnected'])
  t.is(totalOf(rig), 'cpus:4')
})

test('what the allocator can not convert stays as it is', (t) => {
  const rig = new Rig().register('a', 'cpus:4')
  operate(rig, [reserved('cpus', 5)])
  rig.apply({ type: 'conversion-answered', request: '1', problem: 'too little' })
  t.deepEqual(answers(rig), ['1 too little'])
  t.is(totalOf(rig), 'cpus:4')
  t.is(rig.state.operations.size, 0)
})
