import test from 'ava'
import type { ExecutorInfo } from '../../../src/mesos/index.ts'
import { Cluster, executorInfo, expect, launch, nextOffer, nextUpdate, taskOf } from './cluster.ts'

/** An executor whose command names a file. */
function withFile(value: string, id = 'executor'): ExecutorInfo {
  return {
    ...executorInfo,
    executor_id: { value: id },
    command: { ...executorInfo.command, uris: [{ value, extract: false }] },
  }
}

test('an executor starts when the files of its command are there, and a task without them fails', async (t) => {
  const cluster = new Cluster()
  await cluster.startMaster()
  await cluster.startAgent('agent-1')
  const disk = cluster.world.disk('host')
  await cluster.world.until(disk.writeFile('/file', new TextEncoder().encode('content')))
  const framework = await cluster.startFramework('demo')

  const offer = await nextOffer(framework)
  launch(
    framework,
    offer,
    taskOf(offer, 'one', 1, withFile('/file')),
    taskOf(offer, 'two', 1, withFile('/nothing', 'other')),
  )
  const updates = new Map<string, string>()
  let message = ''
  for (let i = 0; i < 2; i++) {
    const { status } = (await expect(framework, 'UPDATE')).update
    updates.set(status.task_id.value, `${status.state} ${status.reason ?? ''}`)
    if (status.task_id.value === 'two') message = status.message ?? ''
  }
  t.deepEqual(Object.fromEntries(updates), {
    one: 'TASK_RUNNING ',
    two: 'TASK_FAILED REASON_CONTAINER_LAUNCH_FAILED',
  })
  t.regex(
    message,
    /^Failed to launch container: Failed to fetch all URIs for container '.+': Failed to fetch '\/nothing': /,
  )
})

test('a task that is killed while its executor is fetched for ends, and the fetch with it', async (t) => {
  const cluster = new Cluster()
  await cluster.startMaster()
  const agent = await cluster.startAgent('agent-1')
  const { http } = cluster.environment('server')
  let requests = 0
  const { address } = await cluster.world.until(
    http.listen({ host: '127.0.0.1', port: 0 }, () => void (requests += 1)),
  )
  const framework = await cluster.startFramework('demo')
  const offer = await nextOffer(framework)
  launch(framework, offer, taskOf(offer, 'one', 1, withFile(`http://127.0.0.1:${address.port}/a`)))
  await cluster.world.advance(1000)
  t.is(requests, 1)
  framework.driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' } } })
  t.is(await nextUpdate(framework), 'one TASK_KILLED REASON_TASK_KILLED_DURING_LAUNCH')
  await cluster.world.advance(1000)
  t.deepEqual((await cluster.agentState(agent)).executors, [])
  t.deepEqual(cluster.executors(), [])
})
