import test from 'ava'
import { quantities } from '../../../src/mesos/resources/index.ts'
import { drawFrom, weightedShuffled } from '../../../src/mesos/allocator/shuffle.ts'
import { relativeWeights } from '../../../src/mesos/allocator/random-order.ts'
import {
  addClient,
  emptySorter,
  setActive,
  type Sorter,
} from '../../../src/mesos/allocator/sorter.ts'
import { orderClients } from '../../../src/mesos/allocator/sorter-order.ts'
import { Rig } from './rig.ts'

const agent = 'cpus:4;mem:1024'

test('a framework may want other minimums for a role than the allocator', (t) => {
  const minAllocatable = new Map([['a', [quantities({ cpus: 8 }), quantities({ mem: 2048 })]]])
  const rig = new Rig().framework('F1', ['a', 'b'], { minAllocatable }).agent('S1', agent)
  t.deepEqual(rig.run(), ['F1 S1 cpus:4;mem:1024'])
  t.is(rig.state.roleSorter.clients.get('b')?.allocations, 1)
  t.deepEqual(rig.decision?.rejected, { 'below-minimum': 1 })
  rig.agent('S2', 'cpus:1;mem:4096')
  rig.apply({ type: 'offers-suppressed', frameworkId: 'F1', roles: ['b'] })
  t.deepEqual(rig.run(), ['F1 S2 cpus:1;mem:4096'])
})

test('an empty minimum of its own lets a framework have anything', (t) => {
  const rig = new Rig().agent('S1', 'cpus:0.001')
  rig.framework('F1').framework('F2', ['*'], { minAllocatable: new Map([['*', []]]) })
  t.deepEqual(rig.run(), ['F2 S1 cpus:0.001'])
})

test('agents with GPUs are for frameworks that know them', (t) => {
  const rig = new Rig().framework('F1').agent('S1', `${agent};gpus:2`)
  t.deepEqual(rig.run(), [])
  t.deepEqual(rig.decision?.rejected, { incapable: 1 })
  rig.framework('F2', ['*'], { capabilities: ['GPU_RESOURCES'] })
  t.deepEqual(rig.run(), ['F2 S1 cpus:4;mem:1024;gpus:2'])
  const open = new Rig({ filterGpuResources: false }).framework('F1').agent('S1', `${agent};gpus:2`)
  t.deepEqual(open.run(), ['F1 S1 cpus:4;mem:1024;gpus:2'])
})

test('a name that is excluded from fairness does not count for shares', (t) => {
  const order = (excludedNames: ReadonlySet<string>): readonly string[] => {
    const rig = new Rig({ excludedNames, filterGpuResources: false })
    rig.framework('F1', ['a']).agent('S1', 'cpus:1;mem:100;gpus:1')
    rig.run()
    rig.framework('F2', ['b']).agent('S2', 'cpus:2;mem:200').agent('S3', 'cpus:5;mem:500')
    rig.apply({ type: 'allocate', nowMs: rig.nowMs, seed: 1, agentIds: ['S2'] })
    return rig.run().map((one) => one.split(' ')[0] ?? '')
  }
  t.deepEqual(order(new Set()), ['F2'])
  t.deepEqual(order(new Set(['gpus'])), ['F1'])
})

test('weights that are set count from the next run on', (t) => {
  const rig = new Rig({ weights: new Map([['a', 0.1]]) })
  rig.framework('F1', ['a']).framework('F2', ['b']).agent('S1', agent).agent('S2', agent)
  rig.run()
  rig.apply({ type: 'weights-updated', weights: new Map([['b', 0.01]]) })
  rig.agent('S3', agent)
  t.deepEqual(rig.run(), ['F1 S3 cpus:4;mem:1024'])
})

test('filters that are over are forgotten', (t) => {
  const rig = new Rig().framework('F1').agent('S1', agent)
  rig.run()
  rig.giveBack('F1', 'S1', agent, 1000)
  t.is(rig.state.agents.get('S1')?.filters.size, 1)
  rig.run(1)
  rig.run(5000)
  t.is(rig.state.agents.get('S1')?.filters.size, 0)
})

test('a framework that leaves takes its filters along', (t) => {
  const rig = new Rig().framework('F1').framework('F2').agent('S1', agent)
  rig.run()
  rig.giveBack('F1', 'S1', agent, 3_600_000)
  rig.apply({ type: 'framework-removed', frameworkId: 'F1' })
  t.is(rig.state.agents.get('S1')?.filters.size, 0)
})

test('those whose role is suppressed are named', (t) => {
  const rig = new Rig().framework('F1').agent('S1', agent)
  rig.apply({ type: 'offers-suppressed', frameworkId: 'F1' })
  rig.run()
  t.deepEqual(rig.decision?.samples, [
    { frameworkId: 'F1', role: '*', agentId: 'S1', reason: 'role-suppressed' },
  ])
})

test('a random sorter serves everybody, by the seed alone', (t) => {
  const first = (seed: number): string => {
    const rig = new Rig({ roleSorter: 'random', frameworkSorter: 'random' })
    for (const role of ['a', 'b', 'c']) rig.framework(`F-${role}`, [role])
    return rig.agent('S1', agent).run(1000, seed)[0]?.split(' ')[0] ?? ''
  }
  const seeds = Array.from({ length: 60 }, (_, i) => i)
  t.deepEqual([...new Set(seeds.map(first))].sort(), ['F-a', 'F-b', 'F-c'])
  t.is(first(5), first(5))
})

test('the first of a weighted shuffle is drawn in proportion to weights', (t) => {
  const draw = drawFrom(1)
  const weights = new Map([
    ['a', 1],
    ['b', 2],
    ['c', 5],
  ])
  const firsts = new Map<string, number>()
  const rounds = 8000
  for (let i = 0; i < rounds; i++) {
    const [first = ''] = weightedShuffled(['a', 'b', 'c'], (one) => weights.get(one) ?? 0, draw)
    firsts.set(first, (firsts.get(first) ?? 0) + 1)
  }
  for (const [name, weight] of weights) {
    const expected = (rounds * weight) / 8
    t.true(Math.abs((firsts.get(name) ?? 0) - expected) < rounds * 0.02, name)
  }
})

test('a client of the random sorter has its part of the part of its group', (t) => {
  let sorter: Sorter = emptySorter
  for (const path of ['a', 'a/b', 'a/c', 'd', 'e/f']) {
    sorter = setActive(addClient(sorter, path, 0), path, path !== 'e/f')
  }
  const weights = new Map([
    ['a', 3],
    ['a/b', 2],
  ])
  const scale = { total: [1], weights }
  const parts = relativeWeights(sorter, orderClients(sorter, scale), weights)
  const rounded = Object.fromEntries([...parts].map(([name, part]) => [name, part.toFixed(4)]))
  // e does not count: nobody below it is active.
  t.deepEqual(rounded, { 'a/.': '0.1875', 'a/b': '0.3750', 'a/c': '0.1875', d: '0.2500' })
})
