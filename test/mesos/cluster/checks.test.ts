import test from 'ava'
import type { TaskInfo, TaskStatus } from '../../../src/mesos/index.ts'
import { Cluster, commandOf, expect, launch, nextOffer, type Framework } from './cluster.ts'

const TIMES = {
  delay_seconds: 1,
  interval_seconds: 1,
  timeout_seconds: 2,
  grace_period_seconds: 0,
} as const

interface Story {
  readonly cluster: Cluster
  readonly framework: Framework
}

/** A command that runs, checked as `more` says. */
async function begin(more: Partial<TaskInfo>, capabilities: readonly 'TASK_KILLING_STATE'[] = []) {
  const cluster = new Cluster()
  await cluster.startMaster()
  await cluster.startAgent('agent-1')
  const framework = await cluster.startFramework('demo', {
    capabilities: capabilities.map((type) => ({ type })),
  })
  const offer = await nextOffer(framework)
  launch(framework, offer, commandOf(offer, 'one', 'sleep 1000; exit 0', more))
  return { cluster, framework }
}

/** State, health and reason of the next status. */
async function next({ framework }: Story): Promise<string> {
  const { state, healthy, reason } = (await expect(framework, 'UPDATE')).update.status
  const health = healthy === undefined ? '' : healthy ? ' healthy' : ' unhealthy'
  return `${state.slice('TASK_'.length)}${health}${reason === undefined ? '' : ` ${reason}`}`
}

async function status({ framework }: Story): Promise<TaskStatus> {
  return (await expect(framework, 'UPDATE')).update.status
}

const CHECKED = 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED'

test('a task is told healthy, then unhealthy, and killed when it has failed too often', async (t) => {
  const story = await begin(
    { health_check: { type: 'COMMAND', command: { value: 'test -e /well' }, ...TIMES } },
    ['TASK_KILLING_STATE'],
  )
  const disk = story.cluster.world.disk('host')
  await story.cluster.world.until(disk.writeFile('/well', new Uint8Array(0)))
  t.is(await next(story), 'STARTING')
  t.is(await next(story), 'RUNNING')
  t.is(await next(story), `RUNNING healthy ${CHECKED}`)
  await story.cluster.world.until(disk.remove('/well'))
  t.is(await next(story), `RUNNING unhealthy ${CHECKED}`)
  t.is(await next(story), `RUNNING unhealthy ${CHECKED}`)
  t.is(await next(story), `RUNNING unhealthy ${CHECKED}`)
  t.is(await next(story), 'KILLING')
  t.is(await next(story), 'KILLED unhealthy')
  t.deepEqual(story.cluster.living('sh'), [])
})

test('what a check finds is told as it is, from the first status on', async (t) => {
  const story = await begin({
    check: { type: 'COMMAND', command: { command: { value: 'test -e /well' } }, ...TIMES },
  })
  t.is((await status(story)).state, 'TASK_STARTING')
  t.deepEqual((await status(story)).check_status, { type: 'COMMAND', command: {} })
  const found = await status(story)
  t.is(found.reason, 'REASON_TASK_CHECK_STATUS_UPDATED')
  t.deepEqual(found.check_status, { type: 'COMMAND', command: { exit_code: 1 } })
  const disk = story.cluster.world.disk('host')
  await story.cluster.world.until(disk.writeFile('/well', new Uint8Array(0)))
  t.deepEqual((await status(story)).check_status, { type: 'COMMAND', command: { exit_code: 0 } })
})

test('a port that answers is healthy; a check is over with its task', async (t) => {
  const cluster = new Cluster()
  const { network } = cluster.environment('task')
  const { address } = await cluster.world.until(
    network.listen({ host: '127.0.0.1', port: 0 }, (connection) =>
      connection.handle({ data: () => undefined, closed: () => undefined }),
    ),
  )
  await cluster.startMaster()
  await cluster.startAgent('agent-1')
  const framework = await cluster.startFramework('demo')
  const offer = await nextOffer(framework)
  const health_check = { type: 'TCP', tcp: { port: address.port }, ...TIMES } as const
  launch(framework, offer, commandOf(offer, 'one', 'sleep 5; exit 0', { health_check }))
  const story = { cluster, framework }
  t.is(await next(story), 'STARTING')
  t.is(await next(story), 'RUNNING')
  t.is(await next(story), `RUNNING healthy ${CHECKED}`)
  t.is(await next(story), 'FINISHED')
})
