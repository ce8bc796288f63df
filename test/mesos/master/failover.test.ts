import test from 'ava'
import type { FrameworkInfo } from '../../../src/mesos/protocol/index.ts'
import { updateProblem } from '../../../src/mesos/master/subscribe-problem.ts'
import { Rig } from './rig.ts'

/** Timers that the last event has started: `<key> in <ms>`. */
function timers(rig: Rig): readonly string[] {
  return rig.effects.flatMap((effect) =>
    effect.type === 'start-timer' ? [`${effect.key} in ${effect.afterMs}`] : [],
  )
}

test('an offer that nobody answers is rescinded, and what it held is free at once', (t) => {
  const rig = new Rig({ offerTimeoutMs: 3000 }).subscribe('f').register('a')
  rig.offer('M-0000', 'M-S0')
  t.deepEqual(timers(rig), ['offer M-O0 in 3000'])
  rig.apply({ type: 'offer-expired', offerId: 'M-O0' })
  t.deepEqual(rig.schedulerEvents('f'), [
    { type: 'RESCIND', rescind: { offer_id: { value: 'M-O0' } } },
  ])
  t.deepEqual(rig.recovered(), ['cpus:4;mem:1024 for 0'])
  rig.apply({ type: 'offer-expired', offerId: 'M-O0' })
  t.deepEqual(rig.effects, [], 'once')
})

test('an offer that is answered has no end in time', (t) => {
  const rig = new Rig({ offerTimeoutMs: 3000 }).subscribe('f').register('a')
  const offer = rig.offer('M-0000', 'M-S0')
  if (offer !== undefined) rig.accept(offer)
  t.deepEqual(
    rig.effects.flatMap((effect) => (effect.type === 'cancel-timer' ? [effect.key] : [])),
    ['offer M-O0'],
  )
})

for (const [seconds, isFinal, ms] of [
  [undefined, false, 2000],
  [undefined, true, 0],
  [0.3, true, 300],
  [0.3, false, 2000],
  [60, false, 60_000],
  [-1, true, 0],
] as const) {
  const way = isFinal ? 'by HTTP' : 'by the line'
  test(`with failover_timeout ${seconds ?? 'absent'}, a framework that came ${way} has ${ms} ms`, (t) => {
    const rig = new Rig().subscribe('f', seconds === undefined ? {} : { failover_timeout: seconds })
    rig.apply({ type: 'disconnected', connection: 'f', isFinal })
    t.deepEqual(timers(rig), [`failover M-0000 in ${ms}`])
    rig.apply({ type: 'failover-expired', frameworkId: 'M-0000' })
    t.is(rig.state.frameworks.size, 0)
  })
}

test('a time to come back that is longer than any timer is waited for in parts', (t) => {
  const rig = new Rig().subscribe('f', { failover_timeout: 3_000_000 })
  rig.apply({ type: 'disconnected', connection: 'f' })
  t.deepEqual(timers(rig), ['failover M-0000 in 2147483647'])
  rig.apply({ type: 'failover-expired', frameworkId: 'M-0000', leftMs: 852_516_353 })
  t.deepEqual(timers(rig), ['failover M-0000 in 852516353'])
  t.is(rig.state.frameworks.size, 1)
})

for (const [what, info, message] of [
  ['another principal', { principal: 'y' }, "Changing framework's principal is not allowed."],
  [
    'a time beyond all clocks',
    { principal: 'x', failover_timeout: 1e30 },
    'The framework failover_timeout (1e+30) is invalid',
  ],
] as const) {
  test(`who subscribes again with ${what} is told so, and takes nothing over`, (t) => {
    const rig = new Rig().subscribe('f', { principal: 'x' })
    rig.subscribe('g', { id: { value: 'M-0000' }, ...info })
    t.deepEqual(rig.schedulerEvents('g'), [{ type: 'ERROR', error: { message } }])
    t.is(rig.state.frameworks.get('M-0000')?.connection, 'f')
  })
}

test('who subscribes again with another user or checkpoint keeps what it had', (t) => {
  const rig = new Rig().subscribe('f', { checkpoint: true })
  rig.subscribe('g', { id: { value: 'M-0000' }, user: 'other', checkpoint: false, name: 'new' })
  t.like(rig.state.frameworks.get('M-0000')?.info, { user: 'u', checkpoint: true, name: 'new' })
  t.deepEqual(rig.schedulerEvents('f'), [
    { type: 'ERROR', error: { message: 'Framework failed over' } },
  ])
})

const base: FrameworkInfo = { user: 'u', name: 'f', id: { value: 'M-0000' } }

for (const [more, problem] of [
  [
    { principal: 'y' },
    "FrameworkInfo update is not valid: Changing framework's principal is not allowed.",
  ],
  [
    { user: 'v' },
    "FrameworkInfo update is not valid: Updating 'FrameworkInfo.user' is unsupported; attempted to update from 'u' to 'v'",
  ],
  [
    { checkpoint: true },
    "FrameworkInfo update is not valid: Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update from 'false' to 'true'",
  ],
  [
    { failover_timeout: 1e30 },
    'Supplied FrameworkInfo is not valid: The framework failover_timeout (1e+30) is invalid',
  ],
  [
    { capabilities: [{ type: 'MULTI_ROLE' }], roles: ['a', 'a'] },
    "Supplied FrameworkInfo is not valid: 'FrameworkInfo.roles' contains duplicate items: { a }",
  ],
  [{ name: 'other', role: 'a', failover_timeout: 9 }, undefined],
] as const) {
  test(`a framework may ${problem === undefined ? '' : 'not '}say anew: ${JSON.stringify(more)}`, (t) => {
    const rig = new Rig().subscribe('f')
    t.is(updateProblem(rig.state, 'M-0000', { ...base, ...more }, []), problem)
  })
}

test('a framework that has left a role by an update loses the offers for it', (t) => {
  const { rig } = Rig.withOffer()
  const info = { ...base, role: 'a' }
  rig.apply({ type: 'framework-updated', frameworkId: 'M-0000', info, suppressedRoles: [] })
  t.deepEqual(
    rig.schedulerEvents('f').map(({ type }) => type),
    ['RESCIND'],
  )
  t.true(rig.toldAllocator().includes('framework-updated'))
})

test('when a framework is back its agents are told, so that they send what waits for it', (t) => {
  const rig = new Rig().subscribe('f').register('a').register('b')
  const told = (): readonly string[] =>
    rig.effects.flatMap((effect) =>
      effect.type === 'send-agent' && effect.event.type === 'UPDATE_FRAMEWORK'
        ? [`${effect.connection} of ${effect.event.update_framework.framework_id.value}`]
        : [],
    )
  t.deepEqual(told(), [])
  rig.apply({ type: 'disconnected', connection: 'b' })
  rig.subscribe('g', { id: { value: 'M-0000' } })
  t.deepEqual(told(), ['a of M-0000'])
  // One that this master does not know yet, under the id that another master gave it.
  rig.subscribe('h', { id: { value: 'L-0000' } })
  t.deepEqual(told(), ['a of L-0000'])
})
