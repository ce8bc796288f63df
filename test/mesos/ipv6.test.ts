import test from 'ava'

import { memoryEnvironment } from '../../src/actors/testkit/index.ts'
import { startAgentNode, startMasterNode } from '../../src/mesos/index.ts'

test('an IPv6 address is written as it is to be given', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const node = { host: '::1' }
  const master = await world.until(
    startMasterNode({ environment: world.environment('master', { machine: 'host' }), node }),
  )
  t.regex(master.address, /^\[::1\]:\d+$/)
  const agent = await world.until(
    startAgentNode({
      environment: world.environment('agent', { machine: 'host' }),
      node,
      master: master.address,
      resources: 'cpus:1;mem:64',
      workDir: '/data',
    }),
  )
  t.regex(agent.address, /^\[::1\]:\d+$/)
  await world.until(Promise.all([agent.system.terminate(), master.system.terminate()]))
})
