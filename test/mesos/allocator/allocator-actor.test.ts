import test from 'ava'
import { testSystem } from '../../../src/actors/testkit/index.ts'
import {
  allocatorBehavior,
  type Accounts,
  type AllocationDecision,
  type OffersMade,
} from '../../../src/mesos/allocator/index.ts'
import { parseResources, quantities } from '../../../src/mesos/resources/index.ts'

function world() {
  const kit = testSystem()
  const master = kit.probe<OffersMade>('master')
  const allocator = kit.spawn(
    allocatorBehavior(master.ref as Parameters<typeof allocatorBehavior>[0]),
  )
  const framework = (frameworkId: string): void => {
    const added = { frameworkId, roles: ['*'], suppressedRoles: [], isActive: true }
    allocator.tell({ type: 'framework-added', ...added })
  }
  const agent = (agentId: string): void => {
    const total = parseResources('cpus:4;mem:1024')
    allocator.tell({ type: 'agent-added', agentId, registration: 'r', total, held: [] })
  }
  const decisions = (): Promise<readonly AllocationDecision[]> =>
    kit.until(
      allocator.ask<readonly AllocationDecision[]>((replyTo) => ({
        type: 'get-decisions',
        replyTo,
      })),
    )
  return { kit, master, allocator, framework, agent, decisions }
}

test('events in a row share one run, at once', async (t) => {
  const { kit, master, framework, agent, decisions } = world()
  framework('F1')
  framework('F2')
  for (let i = 0; i < 10; i++) agent(`S${i}`)
  await kit.settle()
  const runs = await decisions()
  t.is(runs.length, 1)
  t.is(runs[0]?.agentsConsidered, 10)
  const { offers } = await master.receive()
  t.is(offers.length, 10)
})

test('what comes back is offered again at the next interval', async (t) => {
  const { kit, master, allocator, framework, agent } = world()
  framework('F1')
  agent('S1')
  const [holding] = (await master.receive()).offers
  if (holding === undefined) throw new RangeError('no offer')
  const nowMs = kit.system.environment.clock.now()
  allocator.tell({ type: 'resources-recovered', holding, nowMs })
  await master.expectNoMessage(0)
  t.is((await master.receive(1000)).offers.length, 1)
})

test('accounts can be asked for', async (t) => {
  const { kit, allocator, framework, agent } = world()
  framework('F1')
  agent('S1')
  agent('S2')
  await kit.settle()
  framework('F2')
  const accounts = await kit.until(
    allocator.ask<Accounts>((replyTo) => ({ type: 'get-accounts', replyTo })),
  )
  const roles = { roles: ['*'], suppressedRoles: [] }
  t.deepEqual(accounts.frameworks, [
    {
      frameworkId: 'F1',
      held: quantities({ cpus: 8, mem: 2048 }),
      dominantShareRatio: 1,
      ...roles,
    },
    { frameworkId: 'F2', held: new Map(), dominantShareRatio: 0, ...roles },
  ])
  t.deepEqual(
    accounts.roles.map(({ role, frameworkIds, weight }) => ({ role, frameworkIds, weight })),
    [{ role: '*', frameworkIds: ['F1', 'F2'], weight: 1 }],
  )
})

test('only so many decisions are kept', async (t) => {
  const { kit, decisions } = world()
  await kit.advance(400_000)
  const kept = await decisions()
  t.is(kept.length, 256)
  t.is(kept.at(-1)?.run, 400)
})
