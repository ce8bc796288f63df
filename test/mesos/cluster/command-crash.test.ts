import test from 'ava'
import { Cluster, commandOf, launch, nextOffer } from './cluster.ts'
import { launchGroup, pod } from './pods.ts'

const RESOURCES = 'cpus:4;mem:1024;disk:100'

/** What is known of a command, or a group of two, and runs of it, when its agent was killed `afterMs` after its launch and started again. */
async function story(afterMs: number, isGroup: boolean): Promise<readonly unknown[]> {
  const cluster = new Cluster(undefined, { syncDelay: 20, delay: 3 })
  await cluster.startMaster()
  await cluster.startAgent('agent-1', RESOURCES)
  const framework = await cluster.startFramework('demo', { checkpoint: true })
  const offer = await nextOffer(framework)
  const [one, two] = [commandOf(offer, 'one', 'sleep'), commandOf(offer, 'two', 'sleep')]
  if (isGroup) launchGroup({ framework, offer }, pod({ framework, offer }), [one, two])
  else launch(framework, offer, one)
  await cluster.world.advance(afterMs)
  cluster.world.kill('agent-1')
  await cluster.world.advance(200)
  const agent = await cluster.startAgent('agent-1', RESOURCES)
  await cluster.world.advance(8000)
  const { tasks } = await cluster.state()
  const { executors, pendingUpdates } = await cluster.agentState(agent)
  const states = tasks.map(({ state }) => state)
  return [states, executors.length, cluster.living('sh').length, pendingUpdates]
}

for (const isGroup of [false, true]) {
  const what = isGroup ? 'a group' : 'a command'
  test(`whenever an agent is killed, ${what} of its either never ran and is over, or goes on and is known to`, async (t) => {
    const outcomes = new Set<string>()
    for (let afterMs = 0; afterMs <= 200; afterMs += 5) {
      outcomes.add(JSON.stringify(await story(afterMs, isGroup)))
    }
    const running = isGroup ? ['TASK_RUNNING', 'TASK_RUNNING'] : ['TASK_RUNNING']
    const [over, goesOn] = [
      [[], 0, 0, 0],
      [running, 1, running.length, 0],
    ]
    t.deepEqual([...outcomes].sort(), [JSON.stringify(goesOn), JSON.stringify(over)])
  })
}
