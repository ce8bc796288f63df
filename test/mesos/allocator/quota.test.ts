import test from 'ava'
import { accountsOf } from '../../../src/mesos/allocator/index.ts'
import { add, fromWire, parseResources, quantities } from '../../../src/mesos/resources/index.ts'
import { Rig } from './rig.ts'

const agent = 'cpus:4;mem:1024'

test('a guarantee is met before the shares of others count', (t) => {
  const rig = new Rig().framework('F1', ['sure']).framework('F2', ['other'])
  rig.agent('S1', agent).quota('sure', 'cpus:2;mem:512', '-')
  rig.run()
  rig.agent('S2', agent).agent('S3', agent).quota('sure', 'cpus:8;mem:2048', '-')
  t.deepEqual(
    rig
      .run()
      .map((one) => one.split(' ')[0])
      .sort(),
    ['F1', 'F2'],
  )
})

test('a role gets no more of an agent than its limits let go', (t) => {
  const rig = new Rig().framework('F1', ['a']).agent('S1', `${agent};ports:[1-9]`)
  rig.quota('a', '-', 'cpus:1')
  t.deepEqual(rig.run(), ['F1 S1 cpus:1;mem:1024;ports:[1-9]'])
  rig.quota('a', '-', 'cpus:3')
  t.deepEqual(rig.run(), ['F1 S1 cpus:2'])
  t.deepEqual(rig.run(), [])
  t.deepEqual(rig.decision?.rejected, { 'quota-limit': 1 })
})

test('a limit of zero keeps a name from a role', (t) => {
  const rig = new Rig().framework('F1', ['a']).agent('S1', agent).quota('a', '-', 'cpus:0')
  t.deepEqual(rig.run(), ['F1 S1 mem:1024'])
})

test('what guarantees lack is kept free, and no more than that', (t) => {
  const rig = new Rig().framework('F1', ['other']).agent('S1', agent).agent('S2', agent)
  // Nobody is in the role yet: all of what it lacks is headroom.
  rig.quota('absent', 'cpus:6;mem:1024', '-')
  const offers = rig.run().map((one) => one.split(' ')[2])
  t.deepEqual(offers.sort(), ['cpus:2;mem:1024'])
  t.deepEqual(rig.decision?.rejected, { headroom: 1 })
  t.deepEqual(rig.decision?.headroom, {
    required: quantities({ cpus: 6, mem: 1024 }),
    available: quantities({ cpus: 8, mem: 2048 }),
    agents: 2,
  })
  rig.framework('F2', ['absent'])
  t.deepEqual(
    rig.run().map((one) => one.split(' ')[0]),
    ['F2', 'F2'],
  )
})

test('a guarantee brings along what the role has none for, up to its limits', (t) => {
  const rig = new Rig().framework('F1', ['a']).agent('S1', 'cpus:4;mem:1024;disk:100;ports:[1-9]')
  rig.quota('a', 'cpus:1', 'cpus:2;disk:10')
  t.deepEqual(rig.run(), ['F1 S1 cpus:2;mem:1024;disk:10;ports:[1-9]'])
})

test('reservations count against a quota, whether anybody holds them or not', (t) => {
  const rig = new Rig().framework('F1', ['a']).agent('S1', 'cpus:4;mem:1024;cpus(a):2')
  rig.quota('a', 'cpus:2', 'cpus:3')
  t.deepEqual(rig.run(), ['F1 S1 cpus:1;mem:1024;cpus(a):2'])
  const [account] = accountsOf(rig.state).roles.filter(({ role }) => role === 'a')
  t.deepEqual(account?.consumed, quantities({ cpus: 3, mem: 1024 }))
})

test('what a role below holds counts for the role at the top', (t) => {
  const rig = new Rig().framework('F1', ['a/b']).agent('S1', agent)
  rig.run()
  const [account] = accountsOf(rig.state).roles.filter(({ role }) => role === 'a')
  t.deepEqual(account?.consumed, quantities({ cpus: 4, mem: 1024 }))
  rig.framework('F2', ['a']).agent('S2', agent).quota('a', '-', 'cpus:5;mem:1024')
  rig.apply({ type: 'offers-suppressed', frameworkId: 'F1' })
  t.deepEqual(rig.run(), ['F2 S2 cpus:1'])
})

test('guarantees beyond the cluster leave nothing to others', (t) => {
  const rig = new Rig().framework('F1', ['a']).framework('F2', ['b']).agent('S1', agent)
  rig.quota('a', 'cpus:100;mem:100000', '-')
  t.deepEqual(rig.run(), ['F1 S1 cpus:4;mem:1024'])
  rig.giveBack('F1', 'S1', agent, 60_000, 'a')
  t.deepEqual(rig.run(), [])
  t.deepEqual(rig.decision?.rejected, { headroom: 2 })
})

test('a quota without guarantees and limits is none', (t) => {
  const rig = new Rig().framework('F1', ['a']).agent('S1', agent).quota('a', '-', 'cpus:1')
  t.is(rig.state.quotas.size, 1)
  rig.quota('a', '-', '-')
  t.is(rig.state.quotas.size, 0)
  t.deepEqual(rig.run(), ['F1 S1 cpus:4;mem:1024'])
})

test('a disk that is had whole or not at all is not split for a limit', (t) => {
  const mount = { source: { type: 'MOUNT' as const, mount: { root: '/disk' } } }
  const disk = { name: 'disk', type: 'SCALAR' as const, scalar: { value: 100 }, disk: mount }
  const total = add(parseResources(agent), fromWire([disk]))
  const added = { agentId: 'S1', registration: 'r', total, held: [] }
  const rig = new Rig().framework('F1', ['a']).quota('a', '-', 'disk:50')
  rig.apply({ type: 'agent-added', ...added })
  t.deepEqual(rig.run(), ['F1 S1 cpus:4;mem:1024'])
  rig.quota('a', '-', 'disk:100')
  rig.giveBack('F1', 'S1', agent, 0, 'a')
  t.deepEqual(rig.run(), ['F1 S1 disk[MOUNT:/disk]:100;cpus:4;mem:1024'])
})
