import test from 'ava'
import {
  availableOn,
  initialAllocatorState,
  stepAllocator,
} from '../../../src/mesos/allocator/index.ts'
import {
  allocateTo,
  formatResources,
  parseResources,
  quantities,
  unallocated,
} from '../../../src/mesos/resources/index.ts'
import { Rig } from './rig.ts'

const agent = 'cpus:4;mem:1024'

test('a whole agent goes to one framework', (t) => {
  const rig = new Rig().framework('F1').framework('F2').agent('S1', agent)
  t.deepEqual(rig.run(), ['F1 S1 cpus:4;mem:1024'])
  t.is(rig.available('S1'), '')
  t.deepEqual(rig.run(), [])
})

test('two agents go to two frameworks', (t) => {
  const rig = new Rig().framework('F1').framework('F2').agent('S1', agent).agent('S2', agent)
  const offers = rig.run()
  t.is(offers.length, 2)
  t.is(new Set(offers.map((offer) => offer.split(' ')[0])).size, 2)
})

test('the seed alone decides in which order agents are looked at', (t) => {
  const orders = [1, 2, 3, 4, 5, 6].map((seed) => {
    const rig = new Rig().framework('F1')
    for (const id of ['S1', 'S2', 'S3', 'S4', 'S5']) rig.agent(id, agent)
    const again = new Rig().framework('F1')
    for (const id of ['S1', 'S2', 'S3', 'S4', 'S5']) again.agent(id, agent)
    const offers = rig.run(1000, seed)
    t.deepEqual(again.run(1000, seed), offers)
    return offers.join()
  })
  t.true(new Set(orders).size > 3)
})

test('a role gets its reserved resources, another role does not', (t) => {
  const rig = new Rig()
    .framework('other', ['other'])
    .framework('spark', ['spark'])
    .agent('S1', 'cpus:4;mem:2048;cpus(spark):8;mem(spark):4096')
  t.deepEqual(rig.run(), ['other S1 cpus:4;mem:2048', 'spark S1 cpus(spark):8;mem(spark):4096'])
})

test('a refusal holds until it has expired', (t) => {
  const rig = new Rig().framework('F1').agent('S1', agent)
  rig.run()
  rig.giveBack('F1', 'S1', agent, 5000)
  t.deepEqual(rig.run(1000), [])
  t.deepEqual(rig.decision?.rejected, { filtered: 1 })
  t.deepEqual(rig.run(3999), [])
  t.deepEqual(rig.run(1), ['F1 S1 cpus:4;mem:1024'])
})

test('a refusal lives through one run even when it has expired by then', (t) => {
  const rig = new Rig().framework('F1').framework('F2').agent('S1', agent)
  rig.run()
  rig.giveBack('F1', 'S1', agent, 1)
  t.deepEqual(rig.run(60_000), ['F2 S1 cpus:4;mem:1024'])
  rig.giveBack('F2', 'S1', agent, 1)
  t.deepEqual(rig.run(60_000), ['F1 S1 cpus:4;mem:1024'])
})

test('a run over other agents does not use a refusal up', (t) => {
  const rig = new Rig().framework('F1').agent('S1', agent).agent('S2', agent)
  rig.run()
  rig.giveBack('F1', 'S1', agent, 1)
  rig.apply({ type: 'allocate', nowMs: 50_000, seed: 1, agentIds: ['S2'] })
  t.deepEqual(rig.run(60_000), [])
  t.deepEqual(rig.run(1), ['F1 S1 cpus:4;mem:1024'])
})

test('a refusal of zero seconds refuses nothing', (t) => {
  const rig = new Rig().framework('F1').agent('S1', agent)
  rig.run()
  rig.giveBack('F1', 'S1', agent, 0)
  t.deepEqual(rig.run(), ['F1 S1 cpus:4;mem:1024'])
})

test('a refusal does not stand against more than was refused', (t) => {
  const rig = new Rig().framework('F1').agent('S1', agent)
  rig.run()
  rig.giveBack('F1', 'S1', 'cpus:1;mem:512', 3_600_000)
  t.deepEqual(rig.run(), [])
  rig.giveBack('F1', 'S1', 'cpus:1', 0)
  t.deepEqual(rig.run(), ['F1 S1 cpus:2;mem:512'])
})

test('reviving drops refusals', (t) => {
  const rig = new Rig().framework('F1').agent('S1', agent)
  rig.run()
  rig.giveBack('F1', 'S1', agent, 3_600_000)
  rig.apply({ type: 'offers-revived', frameworkId: 'F1' })
  t.deepEqual(rig.run(), ['F1 S1 cpus:4;mem:1024'])
})

test('a suppressed role is offered nothing until it is revived', (t) => {
  const rig = new Rig().framework('F1', ['a', 'b']).agent('S1', agent)
  rig.apply({ type: 'offers-suppressed', frameworkId: 'F1' })
  t.deepEqual(rig.run(), [])
  rig.apply({ type: 'offers-revived', frameworkId: 'F1', roles: ['b'] })
  t.deepEqual(rig.run(), ['F1 S1 cpus:4;mem:1024'])
  t.deepEqual([...(rig.state.frameworks.get('F1')?.suppressedRoles ?? [])], ['a'])
})

test('an inactive framework keeps what it holds and is offered nothing', (t) => {
  const rig = new Rig().framework('F1').agent('S1', agent)
  rig.run()
  rig.giveBack('F1', 'S1', 'cpus:3;mem:1000', 3_600_000)
  rig.apply({ type: 'framework-deactivated', frameworkId: 'F1' })
  t.deepEqual(rig.run(), [])
  t.is(rig.available('S1'), 'cpus:3;mem:1000')
  rig.apply({ type: 'framework-activated', frameworkId: 'F1' })
  t.deepEqual(rig.run(), ['F1 S1 cpus:3;mem:1000'])
})

test('what a removed framework held is offered to others', (t) => {
  const rig = new Rig().framework('F1').framework('F2').agent('S1', agent)
  rig.run()
  rig.apply({ type: 'framework-removed', frameworkId: 'F1' })
  t.deepEqual(rig.run(), ['F2 S1 cpus:4;mem:1024'])
  t.deepEqual([...rig.state.roleSorter.clients.keys()], ['*'])
  rig.apply({ type: 'framework-removed', frameworkId: 'F2' })
  t.is(rig.state.roleSorter.clients.size, 0)
  t.is(rig.state.frameworkSorters.size, 0)
})

test('what comes back after its framework or agent is gone is let go', (t) => {
  const rig = new Rig().framework('F1').agent('S1', agent)
  rig.run()
  rig.apply({ type: 'agent-removed', agentId: 'S1' })
  rig.giveBack('F1', 'S1', agent, 5000)
  rig.giveBack('F9', 'S9', agent, 5000)
  t.is(rig.state.agents.size, 0)
  t.true(rig.state.total.every((thousandths) => thousandths === 0))
  t.is(rig.state.competing, 1)
})

test('giving back more than one holds is an error', (t) => {
  const rig = new Rig().framework('F1').agent('S1', agent)
  rig.run()
  t.throws(() => rig.giveBack('F1', 'S1', 'cpus:5'), {
    code: 'TROUPE_MESOS_RESOURCES_NOT_CONTAINED',
  })
})

test('an agent that registers again brings what runs on it', (t) => {
  const rig = new Rig().framework('F1').framework('F2')
  const held = allocateTo(parseResources('cpus:3;mem:100'), '*')
  rig.apply({
    type: 'agent-added',
    agentId: 'S1',
    registration: 'r1',
    total: parseResources(agent),
    held: [{ frameworkId: 'F1', agentId: 'S1', resources: held }],
  })
  t.is(rig.available('S1'), 'cpus:1;mem:924')
  t.deepEqual(rig.run(), ['F2 S1 cpus:1;mem:924'])
})

test('less than the minimum is not offered', (t) => {
  const rig = new Rig().framework('F1').agent('S1', 'cpus:0.009;mem:31').agent('S2', 'mem:32')
  t.deepEqual(rig.run(), ['F1 S2 mem:32'])
  t.deepEqual(rig.decision?.rejected, { 'below-minimum': 1 })
})

test('the minimum may be set', (t) => {
  const rig = new Rig()
  rig.state = initialAllocatorState({ minAllocatable: [quantities({ cpus: 2, mem: 10 })] })
  rig.framework('F1').agent('S1', 'cpus:1;mem:100').agent('S2', 'cpus:2;mem:10')
  t.deepEqual(rig.run(), ['F1 S2 cpus:2;mem:10'])
})

test('a decision tells seed, agents and reasons with a few samples', (t) => {
  const rig = new Rig()
  for (let i = 0; i < 20; i++) rig.framework(`F${i}`)
  rig.agent('S1', agent)
  rig.run(1000, 42)
  t.like(rig.decision, { run: 1, seed: 42, agentsConsidered: 1, rejected: { 'nothing-left': 19 } })
  t.is(rig.decision?.samples.length, 8)
})

test('new frameworks, new agents and revivals ask for a run', (t) => {
  const state = initialAllocatorState()
  const [one, added] = stepAllocator(state, {
    type: 'framework-added',
    frameworkId: 'F1',
    roles: ['*'],
    suppressedRoles: [],
    isActive: true,
  })
  t.deepEqual(added, [{ type: 'allocation-wanted', agentIds: 'all' }])
  const total = parseResources(agent)
  const [, agentAdded] = stepAllocator(one, {
    type: 'agent-added',
    agentId: 'S1',
    total,
    registration: 'r1',
    held: [],
  })
  t.deepEqual(agentAdded, [{ type: 'allocation-wanted', agentIds: ['S1'] }])
  const [, revived] = stepAllocator(one, { type: 'offers-revived', frameworkId: 'F1' })
  t.deepEqual(revived, [{ type: 'allocation-wanted', agentIds: 'all' }])
})

test('a step leaves the state it was given as it was', (t) => {
  const rig = new Rig().framework('F1').agent('S1', agent)
  const before = rig.state
  rig.run()
  t.is(before.runs, 0)
  const held = before.agents.get('S1')
  t.is(held && formatResources(availableOn(held)), agent)
  t.is(before.roleSorter.clients.get('*')?.allocations, 0)
  t.is(formatResources(unallocated(parseResources(agent))), agent)
})

test('a framework whose roles change keeps what it holds, and is offered only for the new ones', (t) => {
  const rig = new Rig().framework('F1', ['a', 'b']).agent('S1', agent)
  const holding = () =>
    [...rig.state.roleSorter.clients]
      .filter(([, one]) => one.allocated.some((thousandths) => thousandths > 0))
      .map(([role]) => role)
  rig.run()
  t.deepEqual(holding(), ['a'])
  rig.apply({
    type: 'framework-updated',
    frameworkId: 'F1',
    roles: ['b', 'c'],
    suppressedRoles: ['b'],
  })
  t.deepEqual(holding(), ['a'], 'it still holds something there')
  rig.giveBack('F1', 'S1', agent, 0, 'a')
  t.deepEqual([...rig.state.roleSorter.clients.keys()].sort(), ['b', 'c'])
  rig.run()
  t.deepEqual(holding(), ['c'])
})
