import test, { type ExecutionContext } from 'ava'

import { ActorSystem, startNode } from '../../../src/actors/index.ts'
import { masterAt, startAgentNode, startElectedMaster } from '../../../src/mesos/index.ts'
import { bodyOf, type Address, type MemoryWorld } from '../../../src/platform/index.ts'
import { parseZooKeeperUrl } from '../../../src/mesos/zookeeper/index.ts'
import { SESSION_MS, house } from '../../platform/zookeeper/house.ts'

const URL = 'zk://127.0.0.1:2181,127.0.0.1:2182/mesos'
const HOST = '127.0.0.1'
const doors: Readonly<Record<string, Address>> = {
  'master-1': { host: HOST, port: 5050 },
  'master-2': { host: HOST, port: 5060 },
}

async function startMaster(world: MemoryWorld, name: string): Promise<void> {
  const http = doors[name]
  await world.until(
    startElectedMaster({
      environment: world.environment(name),
      node: { heartbeatMs: 500 },
      ...(http && { http }),
      zookeeper: { ...parseZooKeeperUrl(URL), sessionTimeoutMs: SESSION_MS },
    }),
  )
}

interface State {
  readonly status: number
  readonly location: string | undefined
  readonly slaves: readonly string[]
}

async function ask(world: MemoryWorld, name: string, target = '/master/state'): Promise<State> {
  const { http } = world.environment('curl')
  const door = doors[name] ?? { host: HOST, port: 1 }
  const request = { method: 'GET', target, headers: { host: HOST }, body: new Uint8Array(0) }
  const response = await world.until(http.request(door, request))
  const body = new TextDecoder().decode(await world.until(bodyOf(response)))
  const { slaves = [] } = (response.status === 200 && body !== '' ? JSON.parse(body) : {}) as {
    readonly slaves?: readonly { readonly id: string }[]
  }
  const { location } = response.headers
  return { status: response.status, location, slaves: slaves.map(({ id }) => id) }
}

test('masters elect one that leads; agents and schedulers find it, and the next one with what it has promised', async (t: ExecutionContext) => {
  const { world, pause } = await house(1)
  await startMaster(world, 'master-1')
  await pause(1_000)
  await startMaster(world, 'master-2')
  await pause(1_000)
  const standby = await ask(world, 'master-2')
  t.deepEqual([standby.status, standby.location], [307, '//127.0.0.1:5050/master/state'])
  t.is((await ask(world, 'master-2', '/redirect')).location, '//127.0.0.1:5050')
  t.is((await ask(world, 'master-2', '/health')).status, 200)
  const agent = await world.until(
    startAgentNode({
      environment: world.environment('agent'),
      node: { heartbeatMs: 500 },
      master: URL,
      resources: 'cpus:1;mem:64',
      workDir: '/data',
    }),
  )
  await pause(2_000)
  const { slaves } = await ask(world, 'master-1')
  t.is(slaves.length, 1)
  world.kill('master-1')
  await pause(SESSION_MS / 2)
  t.is((await ask(world, 'master-2')).status, 307)
  await pause(3 * SESSION_MS)
  t.deepEqual(await ask(world, 'master-2'), { status: 200, location: undefined, slaves })
  // A node of its own finds the line of whichever leads.
  const system = ActorSystem.create('seeker', { environment: world.environment('seeker') })
  const node = await world.until(startNode(system))
  t.is((await world.until(masterAt(node, URL)())).path, 'troupe://master/user/master')
  t.is(agent.refusal(), undefined)
})

test('with no master that leads whoever looks for one is told so, and with a URL that is none as well', async (t) => {
  const { world } = await house(2)
  const system = ActorSystem.create('seeker', { environment: world.environment('seeker') })
  const node = await world.until(startNode(system))
  await t.throwsAsync(world.until(masterAt(node, URL)()), {
    code: 'TROUPE_MESOS_LEADER_UNKNOWN',
  })
  for (const url of [
    'zk://one:2181',
    'zk://user:pass@one:2181/mesos',
    'zk:///mesos',
    'one:2181/x',
  ]) {
    t.throws(() => parseZooKeeperUrl(url), { code: 'TROUPE_MESOS_URL_INVALID' })
  }
  t.deepEqual(parseZooKeeperUrl('zk://one,[::1]:2182/a/mesos/'), {
    servers: [
      { host: 'one', port: 2181 },
      { host: '::1', port: 2182 },
    ],
    room: '/a/mesos',
    stem: 'json.info_',
  })
})
