import test from 'ava'
import type { TaskInfo } from '../../../src/mesos/index.ts'
import { withOffer, type Beginning } from './beginnings.ts'
import { commandOf, expect, launch, nextUpdate } from './cluster.ts'

/** A command runs as task `one`, and its framework knows. */
async function running(
  command: string,
  { checkpoint = true, ...more }: Partial<TaskInfo> & { readonly checkpoint?: boolean } = {},
): Promise<Beginning> {
  const beginning = await withOffer({ checkpoint })
  const { cluster, framework, offer } = beginning
  launch(framework, offer, commandOf(offer, 'one', command, more))
  await nextUpdate(framework)
  await nextUpdate(framework)
  await cluster.world.advance(500)
  return beginning
}

function kill({ framework }: Beginning): void {
  framework.driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' } } })
}

test('a command outlives its agent, and is found and killed by the next one', async (t) => {
  const beginning = await running('sleep')
  const { cluster, agent, framework } = beginning
  const before = await cluster.agentState(agent)
  cluster.world.kill('agent-1')
  await cluster.world.advance(1000)
  t.is(cluster.living('sh').length, 1)
  const again = await cluster.startAgent('agent-1')
  await cluster.world.advance(1000)
  t.deepEqual((await cluster.agentState(again)).executors, before.executors)
  kill(beginning)
  t.is(await nextUpdate(framework), 'one TASK_KILLED')
  t.deepEqual(cluster.living('sh'), [])
})

test('how a command ended while no agent was there is not lost', async (t) => {
  const { cluster, framework } = await running('sleep 2; exit 3')
  cluster.world.kill('agent-1')
  await cluster.world.advance(4000)
  t.deepEqual(cluster.living('sh'), [])
  await cluster.startAgent('agent-1')
  const { status } = (await expect(framework, 'UPDATE')).update
  t.like(status, { state: 'TASK_FAILED', message: 'Command exited with status 3' })
  await cluster.world.advance(1000)
  const { disk } = cluster.environment('looker')
  const runs = '/var/troupe/agent-1/slaves'
  const names: string[] = []
  const walk = async (path: string): Promise<void> => {
    for (const one of await disk.list(path)) {
      names.push(one.path)
      if (one.isDirectory) await walk(one.path)
    }
  }
  await cluster.world.until(walk(runs))
  t.true(names.some((name) => name.includes('/executors/one/runs/')))
  t.false(
    names.some((name) => name.endsWith('.exit')),
    'nobody needs it any more',
  )
})

test('a command that was asked to end counts as killed, whoever sees its end', async (t) => {
  const beginning = await running('stubborn', {
    kill_policy: { grace_period: { nanoseconds: 60e9 } },
  })
  const { cluster, framework } = beginning
  kill(beginning)
  await cluster.world.advance(500)
  cluster.world.kill('agent-1')
  await cluster.world.advance(200)
  for (const one of cluster.living('sh')) cluster.world.kill(one)
  await cluster.startAgent('agent-1')
  t.is(await nextUpdate(framework), 'one TASK_KILLED')
})

test('the time that a command may take goes on while no agent is there', async (t) => {
  const max_completion_time = { nanoseconds: 10e9 }
  const { cluster, framework } = await running('sleep', { max_completion_time })
  await cluster.world.advance(4000)
  cluster.world.kill('agent-1')
  await cluster.world.advance(2000)
  await cluster.startAgent('agent-1')
  t.is(await nextUpdate(framework, 5000), 'one TASK_FAILED REASON_MAX_COMPLETION_TIME_REACHED')
})

test('a task whose start was not said before its agent was killed is said to run by the next one', async (t) => {
  const { cluster, framework, offer } = await withOffer({ checkpoint: true })
  launch(framework, offer, commandOf(offer, 'one', 'sleep'))
  t.is(await nextUpdate(framework), 'one TASK_STARTING')
  cluster.world.kill('agent-1')
  await cluster.startAgent('agent-1')
  let last = await nextUpdate(framework)
  while (last === 'one TASK_STARTING') last = await nextUpdate(framework)
  t.is(last, 'one TASK_RUNNING')
})

test('a command of a framework without checkpoints ends with its agent', async (t) => {
  const { cluster, framework } = await running('stubborn', { checkpoint: false })
  t.is(cluster.living('sh').length, 1)
  cluster.world.kill('agent-1')
  await cluster.world.advance(100)
  t.deepEqual(cluster.living('sh'), [])
  await cluster.startAgent('agent-1')
  t.is(await nextUpdate(framework), 'one TASK_LOST REASON_RECONCILIATION')
})
