import test from 'ava'

import { memoryEnvironment } from '../../src/actors/testkit/index.ts'
import { startAgentNode, startMasterNode } from '../../src/mesos/index.ts'

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
      workDir: '/work',
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
