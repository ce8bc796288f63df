import test from 'ava'
import { quotaProblem, weightsProblem, type QuotaConfig } from '../../../src/mesos/master/quota.ts'
import { Rig } from './rig.ts'

const amounts = (values: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]))

/** Texts that the real master was seen to answer with. */
const refusals: readonly (readonly [QuotaConfig, string])[] = [
  [{ role: 'a/b' }, "Updating quota on nested role 'a/b' is not supported yet"],
  [
    { role: '-x' },
    "Invalid QuotaConfig: Invalid 'QuotaConfig.role': Role component '-x' is invalid because it starts with a dash",
  ],
  [
    { role: 'a', guarantees: amounts({ cpus: 100, mem: 5 }) },
    "Invalid QuotaConfig: total quota guarantees 'cpus:100; mem:5' exceed cluster capacity 'cpus:4; mem:1024' (use 'force' flag to bypass this check)",
  ],
  [
    { role: 'a', guarantees: amounts({ cpus: 2 }), limits: amounts({ cpus: 1 }) },
    "Invalid QuotaConfig: 'QuotaConfig.guarantees' { cpus: 2 } is not contained within the 'QuotaConfig.limits' { cpus: 1 }",
  ],
  [
    { role: 'a', guarantees: amounts({ cpus: -1 }) },
    "Invalid QuotaConfig: Invalid guarantee configuration {'cpus': -1}: Negative values not supported",
  ],
  [
    { role: 'a', limits: amounts({ cpus: -1 }) },
    "Invalid QuotaConfig: Invalid limit configuration {'cpus': -1}: Negative values not supported",
  ],
  [
    { role: 'a', limits: amounts({ cpus: 2e12 }) },
    "Invalid QuotaConfig: Invalid 'QuotaConfig.limits': {'cpus': 2000000000000} is invalid: values greater than 1 trillion (1000000000000) are not supported",
  ],
  [
    { role: 'a', limits: amounts({ mem: 2e12 }) },
    "Invalid QuotaConfig: Invalid 'QuotaConfig.limits': {'mem': 2000000000000} is invalid: values greater than 1 exabyte (1099511627776) are not supported",
  ],
]

for (const [config, text] of refusals) {
  test(`a quota is refused: ${text}`, (t) => {
    const { rig } = Rig.withOffer()
    t.is(quotaProblem(rig.state, [config], false), text)
  })
}

test('guarantees may be forced beyond the cluster', (t) => {
  const { rig } = Rig.withOffer()
  const config = { role: 'a', guarantees: amounts({ cpus: 100 }) }
  t.is(quotaProblem(rig.state, [config], true), undefined)
})

test('the guarantees of all roles together must fit', (t) => {
  const { rig } = Rig.withOffer()
  rig.apply({
    type: 'quotas-set',
    quota_configs: [{ role: 'a', guarantees: amounts({ cpus: 3 }) }],
  })
  const more = { role: 'b', guarantees: amounts({ cpus: 2 }) }
  t.regex(quotaProblem(rig.state, [more], false) ?? '', /'cpus:5' exceed/)
  const less = { role: 'a', guarantees: amounts({ cpus: 2 }) }
  t.is(quotaProblem(rig.state, [less, more], false), undefined)
})

test('a limit brings the offers of its role back, and those of no other', (t) => {
  const { rig, offer } = Rig.withOffer({
    roles: ['*', 'a/b'],
    capabilities: [{ type: 'MULTI_ROLE' }],
  })
  const limited = (role: string) =>
    rig.apply({ type: 'quotas-set', quota_configs: [{ role, limits: amounts({ cpus: 0 }) }] })
  rig.offer('M-0000', 'M-S0', 'cpus:1', undefined, 'a/b')
  limited('b')
  t.deepEqual(rig.toldAllocator(), ['quotas-updated'])
  limited('a')
  t.deepEqual(rig.toldAllocator(), ['quotas-updated', 'resources-recovered'])
  t.like(rig.schedulerEvents()[0], { type: 'RESCIND' })
  t.true(rig.state.offers.has(offer.id.value), 'it was for *')
  t.is(rig.state.quotas.get('a')?.limits.get('cpus'), 0)
  rig.apply({ type: 'quotas-set', quota_configs: [{ role: 'a' }] })
  t.is(rig.state.quotas.has('a'), false)
})

test('a guarantee brings back what it needs, agent by agent, and no more', (t) => {
  const rig = new Rig().subscribe('f')
  for (const [n, name] of ['a', 'b', 'c', 'd'].entries()) {
    rig.register(name)
    rig.offer('M-0000', `M-S${n}`, 'cpus:2;mem:512')
    rig.offer('M-0000', `M-S${n}`, 'cpus:2;mem:512')
  }
  const guaranteed = (cpus: number) =>
    rig.apply({ type: 'quotas-set', quota_configs: [{ role: 'r', guarantees: amounts({ cpus }) }] })
  guaranteed(3)
  t.is(rig.state.offers.size, 6, 'one agent has four, all of its offers are taken')
  guaranteed(5)
  t.is(rig.state.offers.size, 2)
  rig.subscribe('g', { role: 'r' })
  guaranteed(0)
  t.is(rig.state.offers.size, 2, 'no guarantee needs nothing')
})

test('a guarantee brings back offers of as many agents as there are frameworks to serve', (t) => {
  const rig = new Rig().subscribe('f').subscribe('g', { role: 'r' }).subscribe('h', { role: 'r' })
  for (const [n, name] of ['a', 'b', 'c'].entries()) {
    rig.register(name)
    rig.offer('M-0000', `M-S${n}`)
  }
  const guarantees = amounts({ cpus: 1 })
  rig.apply({ type: 'quotas-set', quota_configs: [{ role: 'r', guarantees }] })
  t.is(rig.state.offers.size, 1)
})

test('weights must be positive, of roles', (t) => {
  const prefix = 'Failed to validate update weights request JSON'
  t.is(
    weightsProblem([{ role: 'a', weight: -1 }]),
    `${prefix} for role 'a': Invalid weight '-1': Weights must be positive`,
  )
  t.is(
    weightsProblem([{ role: '-a', weight: 1 }]),
    `${prefix}: Invalid role '-a': Role component '-a' is invalid because it starts with a dash`,
  )
  t.is(weightsProblem([{ role: 'a/b', weight: 0.5 }]), undefined)
})

test('new weights bring offers back where a framework is in one of the roles', (t) => {
  const { rig, offer } = Rig.withOffer()
  rig.apply({ type: 'weights-set', weight_infos: [{ role: 'nobody', weight: 2 }] })
  t.deepEqual(rig.toldAllocator(), ['weights-updated'])
  rig.apply({ type: 'weights-set', weight_infos: [{ role: '*', weight: 2 }] })
  t.deepEqual(rig.toldAllocator(), ['weights-updated', 'resources-recovered'])
  t.like(rig.schedulerEvents()[0], { type: 'RESCIND', rescind: { offer_id: offer.id } })
})

test('a framework says what its offers must have, and how it may not', (t) => {
  const rig = new Rig()
  const filters = (values: Readonly<Record<string, number>>) => ({
    offer_filters: {
      '*': { min_allocatable_resources: { quantities: [{ quantities: amounts(values) }] } },
    },
  })
  rig.subscribe('f', filters({ cpus: 2 }))
  const told = rig.effects.flatMap((one) => (one.type === 'tell-allocator' ? [one.message] : []))
  t.like(told[0], { minAllocatable: new Map([['*', [new Map([['cpus', 2000]])]]]) })
  rig.subscribe('g', filters({}))
  const problem = (message: string) => ({ type: 'ERROR', error: { message } })
  t.deepEqual(rig.schedulerEvents() as readonly unknown[], [
    problem('Resource quantities must contain at least one quantity'),
  ])
  rig.subscribe('h', filters({ cpus: -2 }))
  t.deepEqual(rig.schedulerEvents() as readonly unknown[], [
    problem("Invalid resource quantity for 'cpus': Negative values not supported"),
  ])
})
