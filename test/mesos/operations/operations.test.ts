import test from 'ava'
import {
  applyOperation,
  withCheckpointed,
  type OperationContext,
  type ResourceOperation,
} from '../../../src/mesos/operations/index.ts'
import type { FrameworkInfo, Resource } from '../../../src/mesos/protocol/index.ts'
import {
  allocateTo,
  checkpointedPart,
  describeResources,
  formatResources,
  fromWire,
  noResources,
  parseResources,
  unallocated,
} from '../../../src/mesos/resources/index.ts'

const scalar = (name: string, value: number, more: Partial<Resource> = {}): Resource =>
  ({ name, type: 'SCALAR', scalar: { value }, ...more }) as Resource
const reserved = (name: string, value: number, more: Partial<Resource> = {}): Resource =>
  scalar(name, value, { reservations: [{ type: 'DYNAMIC', role: 'r' }], ...more })
const volume = (id: string, value: number, more: Partial<Resource> = {}): Resource =>
  reserved('disk', value, {
    disk: { persistence: { id }, volume: { mode: 'RW', container_path: 'data' } },
    ...more,
  })

const info: FrameworkInfo = {
  user: 'u',
  name: 'f',
  roles: ['r', 'a/b'],
  capabilities: [{ type: 'MULTI_ROLE' }],
}
const context = (more: Partial<OperationContext> = {}): OperationContext => ({
  framework: { id: 'F', info, role: 'r' },
  checkpointed: noResources,
  inUse: [],
  ...more,
})

const offered = allocateTo(parseResources('cpus:4;disk:100'), 'r')

/** Carries operations out one after another: what is left, or the first refusal. */
function run(...operations: readonly ResourceOperation[]): string {
  let pool = offered
  for (const operation of operations) {
    const checkpointed = checkpointedPart(unallocated(pool))
    const applied = applyOperation(pool, operation, context({ checkpointed }))
    if ('kind' in applied) return applied.reason
    pool = applied.resources
  }
  return formatResources(unallocated(pool))
}

const reserve = (...resources: readonly Resource[]): ResourceOperation => ({
  type: 'RESERVE',
  reserve: { resources },
})
const unreserve = (...resources: readonly Resource[]): ResourceOperation => ({
  type: 'UNRESERVE',
  unreserve: { resources },
})
const create = (...volumes: readonly Resource[]): ResourceOperation => ({
  type: 'CREATE',
  create: { volumes },
})
const destroy = (...volumes: readonly Resource[]): ResourceOperation => ({
  type: 'DESTROY',
  destroy: { volumes },
})
const grow = (one: Resource, addition: Resource): ResourceOperation => ({
  type: 'GROW_VOLUME',
  grow_volume: { volume: one, addition },
})
const shrink = (one: Resource, value: number): ResourceOperation => ({
  type: 'SHRINK_VOLUME',
  shrink_volume: { volume: one, subtract: { value } },
})

const stories: readonly (readonly [string, readonly ResourceOperation[], string])[] = [
  ['reserve', [reserve(reserved('cpus', 3))], 'cpus:1;disk:100;cpus(r):3'],
  [
    'reserve in the old form',
    [reserve(scalar('cpus', 3, { role: 'r', reservation: {} }))],
    'cpus:1;disk:100;cpus(r):3',
  ],
  [
    'reserve and unreserve a part',
    [reserve(reserved('cpus', 3)), unreserve(reserved('cpus', 1))],
    'cpus:2;disk:100;cpus(r):2',
  ],
  [
    'reserve, create a volume',
    [reserve(reserved('disk', 64)), create(volume('v', 60))],
    'cpus:4;disk:36;disk(r):4;disk(r)[v:data]:60',
  ],
  [
    'create and destroy',
    [reserve(reserved('disk', 64)), create(volume('v', 60)), destroy(volume('v', 60))],
    'cpus:4;disk:36;disk(r):64',
  ],
  [
    'grow',
    [
      reserve(reserved('disk', 64)),
      create(volume('v', 60)),
      grow(volume('v', 60), reserved('disk', 4)),
    ],
    'cpus:4;disk:36;disk(r)[v:data]:64',
  ],
  [
    'shrink',
    [reserve(reserved('disk', 64)), create(volume('v', 64)), shrink(volume('v', 64), 24)],
    'cpus:4;disk:36;disk(r)[v:data]:40;disk(r):24',
  ],
  [
    'unreserve under a volume',
    [reserve(reserved('disk', 64)), create(volume('v', 64)), unreserve(reserved('disk', 64))],
    'cpus(allocated: r):4; disk(allocated: r):36; disk(allocated: r)(reservations: [(DYNAMIC,r)])[v:data]:64 does not contain disk(allocated: r)(reservations: [(DYNAMIC,r)]):64',
  ],
  [
    'reserve too much',
    [reserve(reserved('cpus', 5))],
    'cpus(allocated: r):4; disk(allocated: r):100 does not contain cpus(allocated: r):5',
  ],
  [
    'reserve without a reservation',
    [reserve(scalar('cpus', 1))],
    'Resource cpus(allocated: r):1 is not dynamically reserved',
  ],
  [
    'reserve for a role of somebody else',
    [reserve(scalar('cpus', 1, { role: 's', reservation: {} }))],
    "A reserve operation was attempted for a resource with role 's', but the resource was allocated to role 'r'",
  ],
  [
    'reserve nothing',
    [reserve()],
    'Invalid resources: The resources have multiple resource providers: ',
  ],
  [
    'reserve what is malformed',
    [reserve(scalar('cpus', 1, { reservation: {} }))],
    'Resource \'cpus:1\' is invalid: Invalid reservation: role "*" cannot be dynamically reserved',
  ],
  [
    'unreserve what is not reserved',
    [unreserve(scalar('cpus', 1))],
    'Resource cpus(allocated: r):1 is not dynamically reserved',
  ],
  [
    'unreserve a volume',
    [unreserve(volume('v', 64))],
    'A dynamically reserved persistent volume disk(allocated: r)(reservations: [(DYNAMIC,r)])[v:data]:64 cannot be unreserved directly. Please destroy the persistent volume first then unreserve the resource',
  ],
  [
    'create without a reservation',
    [create(volume('v', 64, { reservations: [] }))],
    'Invalid resources: Invalid DiskInfo: Persistent volumes cannot be created from unreserved resources',
  ],
  [
    'create what is no volume',
    [create(reserved('disk', 64))],
    'Not a persistent volume: Resource disk(allocated: r)(reservations: [(DYNAMIC,r)]):64 does not have DiskInfo',
  ],
  [
    'create twice',
    [reserve(reserved('disk', 64)), create(volume('v', 30)), create(volume('v', 30))],
    "Persistence ID 'v' is not unique",
  ],
  [
    'create what is shared, unasked',
    [create(volume('v', 64, { shared: {} }))],
    "Create volume operation for 'disk(allocated: r)(reservations: [(DYNAMIC,r)])[v:data]<SHARED>:64' has been attempted by framework 'F' with no SHARED_RESOURCES capability",
  ],
  ['destroy what is not there', [destroy(volume('v', 64))], 'Persistent volumes not found'],
  [
    'grow by nothing',
    [grow(volume('v', 64), reserved('disk', 0))],
    "The size of 'GrowVolume.addition' field must be greater than zero",
  ],
  [
    'grow by something else',
    [grow(volume('v', 64), scalar('disk', 1))],
    "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields",
  ],
  [
    'grow what is no volume',
    [grow(reserved('disk', 64), reserved('disk', 1))],
    "Invalid persistent volume in the 'GrowVolume.volume' field: Resource disk(allocated: r)(reservations: [(DYNAMIC,r)]):64 does not have DiskInfo",
  ],
  [
    'grow what is shared',
    [grow(volume('v', 64, { shared: {} }), reserved('disk', 1))],
    'Growing a shared persistent volume is not supported',
  ],
  [
    'shrink by nothing',
    [shrink(volume('v', 64), 0)],
    "Value of 'ShrinkVolume.subtract' must be greater than zero",
  ],
  [
    'shrink to nothing',
    [shrink(volume('v', 64), 64)],
    "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'",
  ],
  [
    'shrink a mounted disk',
    [
      shrink(
        volume('v', 64, {
          disk: {
            persistence: { id: 'v' },
            volume: { mode: 'RW', container_path: 'data' },
            source: { type: 'MOUNT', mount: { root: '/m' } },
          },
        }),
        1,
      ),
    ],
    'Shrinking a volume on a MOUNT disk is not supported',
  ],
]

for (const [what, operations, outcome] of stories) {
  test(`${what}: ${outcome}`, (t) => {
    t.is(run(...operations), outcome)
  })
}

test('a refined reservation goes on top of one above it, and comes off by itself', (t) => {
  const pool = allocateTo(parseResources('cpus(a):4'), 'a/b')
  const refined = scalar('cpus', 3, {
    reservations: [
      { type: 'STATIC', role: 'a' },
      { type: 'DYNAMIC', role: 'a/b' },
    ],
  })
  const framework = { id: 'F', info, role: 'a/b' }
  const done = applyOperation(pool, reserve(refined), context({ framework }))
  if ('kind' in done) return t.fail(done.reason)
  t.is(
    describeResources(unallocated(done.resources)),
    'cpus(reservations: [(STATIC,a)]):1; cpus(reservations: [(STATIC,a),(DYNAMIC,a/b)]):3',
  )
  const undone = applyOperation(done.resources, unreserve(refined), context({ framework }))
  if ('kind' in undone) return t.fail(undone.reason)
  t.is(formatResources(unallocated(undone.resources)), 'cpus(a):4')
})

test('reserved resources go from role to role when their source is named', (t) => {
  const pool = allocateTo(fromWire([reserved('cpus', 4)]), 's')
  const framework = { id: 'F', info: { ...info, roles: ['s'] }, role: 's' }
  const target = scalar('cpus', 4, { reservations: [{ type: 'DYNAMIC', role: 's' }] })
  const again = (source: Resource): ResourceOperation => ({
    type: 'RESERVE',
    reserve: { source: [source], resources: [target] },
  })
  const done = applyOperation(pool, again(reserved('cpus', 4)), context({ framework }))
  if ('kind' in done) return t.fail(done.reason)
  t.is(formatResources(unallocated(done.resources)), 'cpus(s):4')
  t.like(applyOperation(pool, again(reserved('cpus', 3)), context({ framework })), {
    reason:
      'Source and target resources should refer to identical resource quantities: cpus(allocated: s):3 vs. cpus(allocated: s):4',
  })
})

const principals: readonly (readonly [ResourceOperation, string])[] = [
  [
    reserve(reserved('cpus', 1)),
    "A reserve operation was attempted by principal 'p', but there is a reserved resource in the request with no principal set",
  ],
  [
    reserve(scalar('cpus', 1, { role: 'r', reservation: { principal: 'q' } })),
    "A reserve operation was attempted by authenticated principal 'p', which does not match a reserved resource in the request with principal 'q'",
  ],
  [
    create(volume('v', 1)),
    "Create volume operation attempted by principal 'p', but there is a volume in the operation with no principal set in 'disk.persistence'",
  ],
]

for (const [operation, outcome] of principals) {
  test(`a wrong principal at ${operation.type} is refused: ${outcome.slice(0, 40)}`, (t) => {
    const refusal = { kind: 'invalid', reason: outcome }
    t.deepEqual(applyOperation(offered, operation, context({ principal: 'p' })) as unknown, refusal)
  })
}

test('an operator reserves what is free, for whom he likes, and allocates nothing', (t) => {
  const free = parseResources('cpus:4')
  const operator: OperationContext = { checkpointed: noResources, inUse: [] }
  const done = applyOperation(free, reserve(reserved('cpus', 1)), operator)
  if ('kind' in done) return t.fail(done.reason)
  t.is(formatResources(done.resources), 'cpus:3;cpus(r):1')
  const allocated = reserved('cpus', 1, { allocation_info: { role: 'r' } })
  t.like(applyOperation(free, reserve(allocated), operator), {
    reason:
      'A reserve operation was attempted with an allocated resource, but the operator API only allows reservations to be made to unallocated resources',
  })
})

test('a volume in use is not destroyed', (t) => {
  const held = allocateTo(fromWire([volume('v', 64)]), 'r')
  const there = unallocated(held)
  const used = context({ checkpointed: there, inUse: [held] })
  t.like(applyOperation(held, destroy(volume('v', 64)), used), {
    reason: 'Persistent volumes in use',
  })
})

test('what an agent keeps is made of what its flags say, or it is refused', (t) => {
  const kept = fromWire([reserved('cpus', 3), volume('v', 10)])
  const total = withCheckpointed(parseResources('cpus:4;disk:10'), kept)
  t.is(
    typeof total === 'string' ? total : formatResources(total),
    'cpus:1;cpus(r):3;disk(r)[v:data]:10',
  )
  t.is(
    withCheckpointed(parseResources('cpus:2'), kept),
    'Incompatible agent resources: cpus:2 does not contain cpus:3',
  )
})
