import test from 'ava'
import { withTask } from './beginnings.ts'
import { finish, nextUpdate } from './cluster.ts'

const MACHINE = 'host'

test('an agent whose disk is full ends before anybody hears of what it could not write, and the next one tells it', async (t) => {
  const { cluster, framework, offer, agent } = await withTask({ checkpoint: true })
  await cluster.world.advance(500)
  const { id } = await cluster.agentState(agent)
  const heard = (): number =>
    framework.probe.messages.filter(({ type }) => type === 'UPDATE').length
  const before = heard()
  cluster.world.fillDisk(MACHINE)
  finish(framework, offer, 'one')
  const { failure } = await cluster.world.until(agent.system.whenTerminated)
  t.like(failure?.error, { code: 'TROUPE_MESOS_CHECKPOINT_FAILED' })
  t.is(heard(), before)
  cluster.world.kill('agent-1')
  cluster.world.fillDisk(MACHINE, false)
  const next = await cluster.startAgent('agent-1')
  t.is(await nextUpdate(framework), 'one TASK_FINISHED')
  t.is((await cluster.agentState(next)).id, id)
})
