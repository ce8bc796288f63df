import { existsSync } from 'node:fs'
import test from 'ava'
import type { TaskStatus } from '../../src/mesos/index.ts'
import { environment, start, type World } from './real-cluster.ts'

const why =
  process.platform !== 'linux'
    ? `this is ${process.platform}`
    : process.getuid?.() !== 0
      ? 'this is not root'
      : existsSync('/sys/fs/cgroup')
        ? undefined
        : 'there are no cgroups'
if (why !== undefined) console.log(`skipped: tasks in cgroups and namespaces: ${why}`)
const linux = why === undefined ? test : test.skip

const containers = (name: string) => ({
  isolation: 'cgroups/cpu,cgroups/mem,namespaces/pid',
  cgroupsRoot: `troupe-test-${process.pid}-${name}`,
  enablesCfs: true,
})

async function last({ events }: World): Promise<TaskStatus> {
  for (;;) {
    const { status } = (await events.next('UPDATE')).update
    if (!['TASK_STARTING', 'TASK_RUNNING'].includes(status.state)) return status
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => void environment.clock.setTimer(ms, resolve))

linux('a task with more memory than it was given fails with the reason of Mesos', async (t) => {
  const value = 'head -c 300000000 /dev/zero | tail -c 300000000 | sleep 1000'
  const world = await start(t, { run: { command: { value } }, containers: containers('memory') })
  const status = await last(world)
  t.like(status, { state: 'TASK_FAILED', reason: 'REASON_CONTAINER_LIMITATION_MEMORY' })
  // With what its executor has besides.
  t.regex(status.message ?? '', /^Memory limit exceeded: Requested: 96MB Maximum Used: 96MB\n/)
  const resources = [{ name: 'mem', type: 'SCALAR', scalar: { value: 96 } }]
  t.deepEqual(status.limitation, { resources })
})

linux(
  'a killed task takes all that it has started with it, also what has left its session',
  async (t) => {
    const value = 'setsid sleep 1000 & echo here; sleep 1000'
    const world = await start(t, { run: { command: { value } }, containers: containers('kill') })
    t.is(await world.events.update(), 'one TASK_STARTING')
    t.is(await world.events.update(), 'one TASK_RUNNING')
    world.driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' } } })
    t.like(await last(world), {
      state: 'TASK_KILLED',
      message: 'Command terminated with signal Terminated',
    })
    const { cgroupsRoot } = containers('kill')
    while (existsSync(`/sys/fs/cgroup/freezer/${cgroupsRoot}`)) await pause(20)
    t.false(existsSync(`/sys/fs/cgroup/memory/${cgroupsRoot}`))
  },
)

linux('a container goes on without its agent, and the next one tells how it ended', async (t) => {
  const world = await start(t, {
    checkpoint: true,
    maxAgentPingTimeouts: 100,
    run: { command: { value: 'while [ ! -e go ]; do sleep 0.1; done; exit 3' } },
    containers: containers('agent'),
  })
  t.is(await world.events.update(), 'one TASK_STARTING')
  t.is(await world.events.update(), 'one TASK_RUNNING')
  const [executor] = (await world.agentState()).executors
  const { sandbox = '', pid = 0 } = executor ?? {}
  world.agent.kill('SIGKILL')
  await world.agent.exited
  t.not(environment.processes.startMark(pid), undefined)
  await world.startAgent(world.offer.url?.address.port ?? 0)
  await environment.disk.writeFile(`${sandbox}/go`, new Uint8Array())
  t.like(await last(world), { state: 'TASK_FAILED', message: 'Command exited with status 3' })
})
