import test from 'ava'
import { formatResources, fromWire } from '../../../src/mesos/index.ts'
import type { Offer, Operation, Resource } from '../../../src/mesos/index.ts'
import {
  Cluster,
  executorInfo,
  expect,
  finish,
  nextOffer,
  nextUpdate,
  type Framework,
} from './cluster.ts'

const RESOURCES = 'cpus:4;mem:1024;disk:100'
const reserved = (name: string, value: number): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  reservations: [{ type: 'DYNAMIC', role: 'db' }],
})
const volume: Resource = {
  ...reserved('disk', 64),
  disk: { persistence: { id: 'v' }, volume: { mode: 'RW', container_path: 'data' } },
}
const parts: readonly Resource[] = [reserved('cpus', 2), reserved('mem', 256), reserved('disk', 64)]
const reserve: Operation = {
  type: 'RESERVE',
  id: { value: 'reserve' },
  reserve: { resources: parts },
}
const unreserve: Operation = { type: 'UNRESERVE', unreserve: { resources: parts } }
const create: Operation = { type: 'CREATE', create: { volumes: [volume] } }
const destroy: Operation = { type: 'DESTROY', destroy: { volumes: [volume] } }
const MADE = 'cpus:2;mem:768;disk:36;cpus(db):2;mem(db):256;disk(db)[v:data]:64'

async function begin(): Promise<{
  readonly cluster: Cluster
  readonly framework: Framework
  readonly offer: Offer
}> {
  const cluster = new Cluster()
  await cluster.startMaster()
  await cluster.startAgent('agent-1', RESOURCES)
  const framework = await cluster.startFramework('demo', {
    role: 'db',
    failover_timeout: 600,
    capabilities: [{ type: 'RESERVATION_REFINEMENT' }],
  })
  return { cluster, framework, offer: await nextOffer(framework) }
}

function accept(
  framework: Framework,
  offers: readonly Offer[],
  ...operations: readonly Operation[]
): void {
  framework.driver.tell({
    type: 'ACCEPT',
    accept: {
      offer_ids: offers.map(({ id }) => id),
      operations,
      filters: { refuse_seconds: 0 },
    },
  })
}

/** What an offer offers, without its allocation. */
function textOf({ resources }: Offer): string {
  return formatResources(
    fromWire(
      resources.map((one) => {
        const { allocation_info: _, ...rest } = one
        return rest
      }),
    ),
  )
}

test('what was reserved and created is used at once, and offered so when it is free', async (t) => {
  const { cluster, framework, offer } = await begin()
  const task = {
    name: 'one',
    task_id: { value: 'one' },
    agent_id: offer.agent_id,
    resources: [reserved('cpus', 2), reserved('mem', 256), volume],
    executor: executorInfo,
  }
  accept(framework, [offer], reserve, create, { type: 'LAUNCH', launch: { task_infos: [task] } })
  const { status } = (await expect(framework, 'UPDATE_OPERATION_STATUS')).update_operation_status
  t.is(`${status.operation_id?.value ?? ''} ${status.state}`, 'reserve OPERATION_FINISHED')
  t.deepEqual(status.agent_id, offer.agent_id)
  t.is(await nextUpdate(framework), 'one TASK_RUNNING')
  const rest = await nextOffer(framework)
  t.is(textOf(rest), 'cpus:2;mem:768;disk:36')

  finish(framework, offer, 'one')
  t.is(await nextUpdate(framework), 'one TASK_FINISHED')
  const freed = await nextOffer(framework)
  t.is(textOf(freed), 'cpus(db):2;mem(db):256;disk(db)[v:data]:64')

  accept(framework, [rest, freed], destroy, unreserve)
  const all = await nextOffer(framework)
  t.is(textOf(all), RESOURCES)
  const [agent] = (await cluster.state()).agents
  t.is(formatResources(fromWire(agent?.total ?? [])), RESOURCES)
})

test('what is reserved for one role is not offered to another', async (t) => {
  const { cluster, framework, offer } = await begin()
  const other = await cluster.startFramework('other', { role: 'web' })
  accept(framework, [offer], reserve, create)
  framework.driver.tell({ type: 'SUPPRESS' })
  const free = await nextOffer(other)
  t.is(textOf(free), 'cpus:2;mem:768;disk:36')
  t.deepEqual(free.resources[0]?.role, '*')
})

test('reservations and volumes outlive a broken link and a new master', async (t) => {
  const { cluster, framework, offer } = await begin()
  accept(framework, [offer], reserve, create)
  await expect(framework, 'UPDATE_OPERATION_STATUS')
  cluster.world.network.reset('agent-1', 'master')
  await cluster.world.advance(8000)
  const [again] = (await cluster.state()).agents
  t.is(formatResources(fromWire(again?.total ?? [])), MADE)

  cluster.world.kill('master')
  await cluster.world.advance(2000)
  await cluster.startMaster({ epoch: 2 })
  await cluster.world.advance(15_000)
  const [agent] = (await cluster.state()).agents
  t.is(formatResources(fromWire(agent?.total ?? [])), MADE)
})

test('reservations and volumes outlive the agent and the master', async (t) => {
  const { cluster, framework, offer } = await begin()
  accept(framework, [offer], reserve, create)
  await expect(framework, 'UPDATE_OPERATION_STATUS')
  cluster.world.kill('master')
  cluster.world.kill('agent-1')
  await cluster.startMaster({ epoch: 2 })
  await cluster.startAgent('agent-1', RESOURCES)
  await cluster.world.advance(2000)
  const [agent] = (await cluster.state()).agents
  t.is(formatResources(fromWire(agent?.total ?? [])), MADE)
})

test('an operation that came while the agent was cut off reaches it when it is back', async (t) => {
  const { cluster, framework, offer } = await begin()
  cluster.lose('CHECKPOINT_RESOURCES', 'agent')
  accept(framework, [offer], reserve)
  await cluster.world.advance(1000)
  cluster.world.network.reset('agent-1', 'master')
  await cluster.world.advance(8000)
  cluster.world.kill('master')
  await cluster.world.advance(2000)
  await cluster.startMaster({ epoch: 2 })
  await cluster.world.advance(15_000)
  const [agent] = (await cluster.state()).agents
  t.is(
    formatResources(fromWire(agent?.total ?? [])),
    'cpus:2;mem:768;disk:36;cpus(db):2;mem(db):256;disk(db):64',
  )
})

test('attributes of an agent are in its offers and in the state of the master', async (t) => {
  const cluster = new Cluster()
  await cluster.startMaster()
  await cluster.startAgent('agent-1', RESOURCES, {}, 'rack:a;zone:1')
  const framework = await cluster.startFramework('demo')
  const expected = [
    { name: 'rack', type: 'TEXT', text: { value: 'a' } },
    { name: 'zone', type: 'SCALAR', scalar: { value: 1 } },
  ] as const
  t.deepEqual((await nextOffer(framework)).attributes, expected)
  t.deepEqual((await cluster.state()).agents[0]?.info.attributes, expected)
})

test('static reservations of the flag are offered to their role only', async (t) => {
  const cluster = new Cluster()
  await cluster.startMaster()
  await cluster.startAgent('agent-1', 'cpus:4;mem:2048;cpus(spark):8;mem(spark):4096')
  const other = await cluster.startFramework('other')
  t.is(textOf(await nextOffer(other)), 'cpus:4;mem:2048')
  const spark = await cluster.startFramework('spark', { role: 'spark' })
  t.is(textOf(await nextOffer(spark)), 'cpus(spark):8;mem(spark):4096')
})

test('a shared volume is for frameworks that share; while a task uses it, it is in use', async (t) => {
  const { cluster, framework, offer } = await begin()
  const shared: Resource = { ...volume, shared: {} }
  accept(framework, [offer], reserve, {
    type: 'CREATE',
    id: { value: 'create' },
    create: { volumes: [shared] },
  })
  const refused = await expect(framework, 'UPDATE_OPERATION_STATUS')
  t.regex(refused.update_operation_status.status.message ?? '', /no SHARED_RESOURCES capability/)
  framework.driver.tell({ type: 'SUPPRESS' })

  const sharer = await cluster.startFramework('sharer', {
    role: 'db',
    capabilities: [{ type: 'SHARED_RESOURCES' }],
  })
  const reserved = await nextOffer(sharer)
  t.is(textOf(reserved), 'cpus:2;mem:768;disk:36;cpus(db):2;mem(db):256;disk(db):64')
  const task = {
    name: 'one',
    task_id: { value: 'one' },
    agent_id: offer.agent_id,
    resources: [parts[0], parts[1], shared].filter((one) => one !== undefined),
    executor: executorInfo,
  }
  accept(
    sharer,
    [reserved],
    { type: 'CREATE', create: { volumes: [shared] } },
    { type: 'LAUNCH', launch: { task_infos: [task] } },
    { type: 'DESTROY', id: { value: 'destroy' }, destroy: { volumes: [shared] } },
  )
  const kept = await expect(sharer, 'UPDATE_OPERATION_STATUS')
  const { status } = kept.update_operation_status
  t.regex(status.message ?? '', /^Persistent volumes in use; on agent /)
  t.is(await nextUpdate(sharer), 'one TASK_RUNNING')
  finish(sharer, offer, 'one')
  t.is(await nextUpdate(sharer), 'one TASK_FINISHED')
  const all = await nextOffer(sharer, 20_000)
  t.regex(textOf(all), /disk\(db\)\[v:data\]:64/)
  sharer.driver.tell({ type: 'stop' })
  framework.driver.tell({ type: 'REVIVE' })
  t.notRegex(textOf(await nextOffer(framework, 20_000)), /disk\(db\)\[v:data\]/)
})
