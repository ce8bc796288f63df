import test from 'ava'

import { memoryEnvironment } from '../../src/actors/testkit/index.ts'
import { ActorSystem, startNode } from '../../src/actors/index.ts'
import { masterAt, startAgentNode, startMasterNode } from '../../src/mesos/index.ts'
import { nodeEnvironment } from '../../src/platform/node/index.ts'

test('an agent with another secret than its master ends, and says once that it does not belong there', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const on = (name: string) => world.environment(name, { machine: 'host' })
  const master = await world.until(
    startMasterNode({ environment: on('master'), node: { secret: 'open sesame' } }),
  )
  const agent = await world.until(
    startAgentNode({
      environment: on('agent'),
      node: { secret: 'open barley' },
      master: master.address,
      resources: 'cpus:1;mem:64',
      workDir: '/data',
    }),
  )
  await world.until(agent.system.whenTerminated)
  t.like(agent.refusal(), { code: 'TROUPE_NODE_WRONG_SECRET' })
  const errors = world.logEntries.filter(({ level, node }) => level === 'error' && node === 'agent')
  t.deepEqual(
    errors.map(({ message, fields }) => [message, fields]),
    [
      [
        `this node can't belong to the cluster of the master at ${master.address}: the agent ends`,
        { code: 'TROUPE_NODE_WRONG_SECRET' },
      ],
    ],
  )
  await world.until(master.system.terminate())
})

test('a master is found by the address of its line and of its HTTP door, with and without http://', async (t) => {
  const environment = nodeEnvironment()
  const loopback = { host: '127.0.0.1', port: 0 }
  const master = await startMasterNode({ environment, node: loopback, http: loopback })
  const system = ActorSystem.create('seeker', { environment })
  t.teardown(() => Promise.all([system.terminate(), master.system.terminate()]))
  const node = await startNode(system)
  const door = master.httpAddress ?? ''
  for (const address of [master.address, door, `http://${door}`]) {
    t.is((await masterAt(node, address)()).path, 'troupe://master/user/master')
  }
})

test('what listens at the address of a master and is none is named as what it said', async (t) => {
  const environment = nodeEnvironment()
  const listener = await environment.http.listen({ host: '127.0.0.1', port: 0 }, (exchange) => {
    exchange.reply({ status: 200 })
  })
  const system = ActorSystem.create('seeker', { environment })
  t.teardown(() => Promise.all([system.terminate(), listener.close()]))
  const node = await startNode(system)
  const address = `127.0.0.1:${listener.address.port}`
  await t.throwsAsync(masterAt(node, address), { code: 'TROUPE_NODE_HANDSHAKE' })
  await t.throwsAsync(masterAt(node, `http://${address}`), { code: 'TROUPE_MESOS_LINE_UNKNOWN' })
})
