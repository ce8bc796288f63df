import test from 'ava'
import type { Resource } from '../../../src/mesos/protocol/index.ts'
import {
  add,
  asConfigured,
  contains,
  describeResources,
  equals,
  formatResources,
  fromWire,
  noResources,
  parseResources,
  quantitiesOf,
  resourceProblem,
  resourcesProblem,
  scalarOf,
  subtract,
  take,
  toUnreserved,
  toWire,
} from '../../../src/mesos/resources/index.ts'

const cpus = (more: Partial<Resource> = {}): Resource =>
  ({ name: 'cpus', type: 'SCALAR', scalar: { value: 8 }, ...more }) as Resource
const disk = (more: Partial<Resource> = {}, value = 64): Resource =>
  ({ name: 'disk', type: 'SCALAR', scalar: { value }, ...more }) as Resource
const volume = (id: string, more: Partial<Resource> = {}, value = 64): Resource =>
  disk(
    {
      reservations: [{ type: 'DYNAMIC', role: 'r' }],
      disk: { persistence: { id }, volume: { mode: 'RW', container_path: 'data' } },
      ...more,
    },
    value,
  )

test('a reservation is the same in the old form and in the refined one', (t) => {
  const labels = { labels: [{ key: 'k', value: 'v' }] }
  const old = cpus({ role: 'r', reservation: { principal: 'p', labels } })
  const refined = cpus({ reservations: [{ type: 'DYNAMIC', role: 'r', principal: 'p', labels }] })
  t.true(equals(fromWire([old]), fromWire([refined])))
  t.deepEqual(toWire(fromWire([refined]), 'old'), [old])
  t.deepEqual(toWire(fromWire([old]), 'refined'), [refined])
  t.deepEqual(toWire(fromWire([old])), [{ ...old, ...refined }])
  t.deepEqual(toWire(parseResources('cpus(r):1'), 'old'), [
    { name: 'cpus', role: 'r', type: 'SCALAR', scalar: { value: 1 } },
  ])
  t.deepEqual(toWire(parseResources('cpus:1'), 'refined'), [
    { name: 'cpus', type: 'SCALAR', scalar: { value: 1 } },
  ])
})

test('several reservations are said in the refined form only', (t) => {
  const refined = cpus({
    reservations: [
      { type: 'STATIC', role: 'a' },
      { type: 'DYNAMIC', role: 'a/b' },
    ],
  })
  t.deepEqual(toWire(fromWire([refined])), [refined])
  t.is(formatResources(asConfigured(fromWire([refined]))), 'cpus(a):8')
  t.is(formatResources(toUnreserved(fromWire([refined]))), 'cpus:8')
})

test('resources are described as Mesos does', (t) => {
  t.is(describeResources(noResources), '{}')
  const labels = { labels: [{ key: 'k', value: 'v' }, { key: 'l' }] }
  const all = fromWire([
    cpus({
      allocation_info: { role: 'a/b' },
      reservations: [
        { type: 'STATIC', role: 'a' },
        { type: 'DYNAMIC', role: 'a/b', principal: 'p', labels },
      ],
    }),
    volume('id1'),
    disk({ disk: { source: { type: 'MOUNT', mount: { root: '/mnt' } } } }),
  ])
  t.is(
    describeResources(all),
    'cpus(allocated: a/b)(reservations: [(STATIC,a),(DYNAMIC,a/b,p,{k: v, l})]):8; disk(reservations: [(DYNAMIC,r)])[id1:data]:64; disk[MOUNT:/mnt]:64',
  )
})

test('a volume is there as a whole or not', (t) => {
  const held = fromWire([volume('one'), disk()])
  t.false(contains(held, fromWire([volume('one', {}, 32)])))
  t.false(contains(held, fromWire([volume('two')])))
  t.true(contains(held, fromWire([volume('one')])))
  t.is(formatResources(subtract(held, fromWire([volume('one')]))), 'disk:64')
  const twice = add(held, held)
  t.is(scalarOf(twice, 'disk'), 256)
  t.true(equals(subtract(twice, held), held))
})

test('how a volume is mounted does not make it another', (t) => {
  const other = volume('one', {
    disk: {
      persistence: { id: 'one', principal: 'p' },
      volume: { mode: 'RW', container_path: 'elsewhere' },
    },
  })
  t.true(equals(fromWire([volume('one')]), fromWire([other])))
})

test('a mounted disk can not be parted, and one from a path can', (t) => {
  const mount = disk({ disk: { source: { type: 'MOUNT', mount: { root: '/m' } } } })
  const path = disk({ disk: { source: { type: 'PATH', path: { root: '/p' } } } })
  const half = (one: Resource): Resource => ({ ...one, scalar: { value: 32 } }) as Resource
  t.false(contains(fromWire([mount]), fromWire([half(mount)])))
  t.true(contains(fromWire([path]), fromWire([half(path)])))
  t.is(take(fromWire([mount, volume('v')]), { disk: 32 }), undefined)
})

test('copies of a shared volume count once', (t) => {
  const shared = fromWire([volume('v', { shared: {} })])
  const three = add(add(shared, shared), shared)
  t.is(quantitiesOf(three).get('disk'), 64_000)
  t.true(contains(three, add(shared, shared)))
  t.true(equals(subtract(three, add(shared, shared)), shared))
  t.is(toWire(three).length, 1)
  t.regex(describeResources(three), /<SHARED>:64<3>$/)
})

test('JSON says what the text form can, and from which disk a resource is', (t) => {
  const article = 'cpus:4;mem:2048;cpus(spark):8;mem(spark):4096'
  const json = JSON.stringify(toWire(parseResources(article)))
  t.is(formatResources(parseResources(json)), article)
  const mount = JSON.stringify([
    disk({ role: 'db', disk: { source: { type: 'MOUNT', mount: { root: '/m' } } } }),
  ])
  t.is(formatResources(parseResources(mount)), 'disk(db)[MOUNT:/m]:64')
})

const notForFlags: readonly (readonly [string, unknown, RegExp])[] = [
  ['a volume', volume('v', { reservations: [{ type: 'STATIC', role: 'r' }] }), /Persistent vol/],
  ['a dynamic reservation', cpus({ role: 'r', reservation: {} }), /Dynamic reservations cannot/],
  ['something revocable', cpus({ revocable: {} }), /Revocable resources cannot/],
  ['nothing', 7, /not the form of a resource/],
  ['no amount', { name: 'cpus', type: 'SCALAR' }, /not the form of a resource/],
  ['a negative amount', cpus({ scalar: { value: -1 } }), /value <= 0/],
]

for (const [what, value, message] of notForFlags) {
  test(`${what} is not for flags in JSON`, (t) => {
    t.throws(() => parseResources(JSON.stringify([value])), {
      code: 'TROUPE_MESOS_RESOURCES_UNPARSABLE',
      message,
    })
  })
}

test('what begins as JSON and is none is refused', (t) => {
  t.throws(() => parseResources('[{'), { code: 'TROUPE_MESOS_RESOURCES_UNPARSABLE' })
})

test('one name has one type, whatever it is reserved for', (t) => {
  t.throws(() => parseResources('cpus:1;cpus(r):{a}'), {
    code: 'TROUPE_MESOS_RESOURCE_INVALID',
    message: "Resources with the same name ('cpus') but different types are not allowed",
  })
})

const dynamic = { type: 'DYNAMIC', role: 'r' } as const
const malformed: readonly (readonly [Partial<Resource>, string])[] = [
  [{ name: '' }, 'Empty resource name'],
  [{ scalar: { value: 0.0004 } }, 'Invalid scalar resource: value <= 0'],
  [{ role: 'a//b' }, "Role 'a//b' cannot contain two adjacent slashes"],
  [{ role: '/a' }, "Role '/a' cannot start with a slash"],
  [{ role: 'a/' }, "Role 'a/' cannot end with a slash"],
  [{ role: '' }, 'Role names cannot be the empty string'],
  [{ role: 'a/..' }, "Role 'a/..' cannot include '..' as a component"],
  [{ role: '-a' }, "Role component '-a' is invalid because it starts with a dash"],
  [{ role: 'a b' }, "Role component 'a b' is invalid because it contains backspace or whitespace"],
  [{ reservation: {} }, 'Invalid reservation: role "*" cannot be dynamically reserved'],
  [
    { reservations: [{ ...dynamic, role: '*' }] },
    'Invalid reservation: role "*" cannot be reserved',
  ],
  [
    { reservations: [dynamic, { type: 'STATIC', role: 'r/s' }] },
    'Invalid refined reservation: A refined reservation cannot be STATIC',
  ],
  [
    { reservations: [dynamic, { ...dynamic, role: 'rs' }] },
    "Invalid refined reservation: role 'rs' is not a refinement of 'r'",
  ],
  [
    { role: 's', reservations: [dynamic] },
    "Invalid resource format: 'Resource.role' field with 's' does not match the role 'r' in 'Resource.reservations'",
  ],
  [
    { role: 'r', reservations: [dynamic] },
    "Invalid resource format: 'Resource.role' and 'Resource.reservation' must either be both set or both not set if the single reservation in 'Resource.reservations' is DYNAMIC",
  ],
  [
    { role: 'r', reservation: { principal: 'p' }, reservations: [dynamic] },
    "Invalid resource format: 'Resource.reservation.principal' field with 'p' does not match the principal '' in 'Resource.reservations'",
  ],
  [
    { role: 'r', reservation: {}, reservations: [{ type: 'STATIC', role: 'r' }] },
    "Invalid resource format: 'Resource.reservation' must not be set if the single reservation in 'Resource.reservations' is STATIC",
  ],
  [
    { role: 'r', reservations: [dynamic, { ...dynamic, role: 'r/s' }] },
    "Invalid resource format: 'Resource.role' must not be set if there is more than one reservation in 'Resource.reservations'",
  ],
  [{ disk: {} }, 'DiskInfo should not be set for cpus resource'],
  [{ shared: {} }, 'Resource cpus cannot be shared'],
]

for (const [more, problem] of malformed) {
  test(`a resource with ${JSON.stringify(more)} is refused in the words of Mesos`, (t) => {
    t.is(resourceProblem(cpus(more)), problem)
  })
}

test('ranges that overlap and sets with doubles are refused', (t) => {
  const ports = (...range: readonly { begin: number; end: number }[]): Resource => ({
    name: 'ports',
    type: 'RANGES',
    ranges: { range },
  })
  t.is(
    resourceProblem(ports({ begin: 5, end: 9 }, { begin: 1, end: 5 })),
    'Invalid ranges resource: overlapping ranges',
  )
  t.is(resourceProblem(ports({ begin: 2, end: 1 })), 'Invalid ranges resource: begin > end')
  t.is(resourceProblem(ports({ begin: 1, end: 2 }, { begin: 3, end: 4 })), undefined)
  const zones: Resource = { name: 'zones', type: 'SET', set: { item: ['a', 'a'] } }
  t.is(resourceProblem(zones), 'Invalid set resource: duplicated elements')
})

const unusable: readonly (readonly [Resource, string])[] = [
  [
    { name: 'gpus', type: 'SCALAR', scalar: { value: 0.5 } },
    "Invalid 'gpus' resource: The 'gpus' resource must be an unsigned integer",
  ],
  [disk({ disk: {} }), 'Invalid DiskInfo: DiskInfo is set but empty'],
  [
    disk({ disk: { volume: { mode: 'RW', container_path: 'x' } } }),
    'Invalid DiskInfo: Non-persistent volume not supported',
  ],
  [
    volume('v', { reservations: [] }),
    'Invalid DiskInfo: Persistent volumes cannot be created from unreserved resources',
  ],
  [
    volume('v', { disk: { persistence: { id: 'v' } } }),
    "Invalid DiskInfo: Expecting 'volume' to be set for persistent volume",
  ],
  [
    volume('a/b'),
    "Invalid DiskInfo: Invalid persistence ID for persistent volume: 'a/b' contains invalid characters",
  ],
  [
    cpus({ reservations: [dynamic], revocable: {} }),
    'Invalid ReservationInfo: Dynamically reserved resource cpus(reservations: [(DYNAMIC,r)]){REV}:8 cannot be created from revocable resources',
  ],
]

for (const [resource, problem] of unusable) {
  test(`${describeResources(fromWire([resource]))} is not to be used`, (t) => {
    t.is(resourcesProblem([resource]), problem)
  })
}
