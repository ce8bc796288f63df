import test, { type ExecutionContext } from 'ava'
import type { TaskStatus } from '../../src/mesos/index.ts'
import { environment, start, type World } from './real-cluster.ts'

const text = async (path: string): Promise<string> =>
  new TextDecoder().decode(await environment.disk.readFile(path))

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => void environment.clock.setTimer(ms, resolve))

/** Waits until a command has written to its output, and gives that. */
async function written(path: string): Promise<string> {
  for (;;) {
    const said = await text(path).catch(() => '')
    if (said.endsWith('\n')) return said
    await pause(50)
  }
}

/** Statuses as they come, until a terminal one, which it returns; the same may come twice. */
async function last({ events }: World): Promise<TaskStatus> {
  for (;;) {
    const { status } = (await events.next('UPDATE')).update
    if (!['TASK_STARTING', 'TASK_RUNNING'].includes(status.state)) return status
  }
}

async function runs(
  t: ExecutionContext,
  value: string,
  options: Omit<Parameters<typeof start>[1], 'run'> = {},
): Promise<World & { readonly sandbox: string; readonly pid: number }> {
  const variables = [{ name: 'GREETING', value: 'hello' }]
  const world = await start(t, {
    ...options,
    run: { command: { value, environment: { variables } } },
  })
  t.is(await world.events.update(), 'one TASK_STARTING')
  t.is(await world.events.update(), 'one TASK_RUNNING')
  const [executor] = (await world.agentState()).executors
  const { sandbox = '', pid = 0 } = executor ?? {}
  t.teardown(() => void environment.processes.killGroup(pid))
  return { ...world, sandbox, pid }
}

test('a real command runs in its sandbox with its variables, and is killed with all it has started', async (t) => {
  const world = await runs(
    t,
    'echo "$GREETING from $MESOS_EXECUTOR_ID in $PWD for $MESOS_ALLOCATION_ROLE"; (trap "" TERM; sleep 1000) & echo $!; wait',
  )
  const { driver, sandbox, pid } = world
  let said = await written(`${sandbox}/stdout`)
  while (said.split('\n').length < 3) {
    await pause(50)
    said = await written(`${sandbox}/stdout`)
  }
  const [greeting, child] = said.split('\n')
  t.is(greeting, `hello from one in ${sandbox} for *`)
  driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' } } })
  t.like(await last(world), {
    state: 'TASK_KILLED',
    message: 'Command terminated with signal Terminated',
  })
  while (environment.processes.startMark(Number(child)) !== undefined) await pause(50)
  t.is(environment.processes.startMark(pid), undefined)
})

test('how a real command ended while its agent was dead is told by the next one', async (t) => {
  const options = { checkpoint: true, maxAgentPingTimeouts: 100 }
  const world = await runs(t, 'while [ ! -e go ]; do sleep 0.1; done; exit 3', options)
  const { agent, startAgent, offer, sandbox, pid } = world
  agent.kill('SIGKILL')
  await agent.exited
  t.not(environment.processes.startMark(pid), undefined)
  await environment.disk.writeFile(`${sandbox}/go`, new Uint8Array())
  while (environment.processes.startMark(pid) !== undefined) await pause(50)
  await startAgent(offer.url?.address.port ?? 0)
  t.like(await last(world), { state: 'TASK_FAILED', message: 'Command exited with status 3' })
})

test('a real command that outlived its agent is killed by the next one', async (t) => {
  const options = { checkpoint: true, maxAgentPingTimeouts: 100 }
  const world = await runs(t, 'sleep 1000', options)
  const { agent, startAgent, driver, offer, pid } = world
  agent.kill('SIGKILL')
  await agent.exited
  await startAgent(offer.url?.address.port ?? 0)
  driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' } } })
  t.like(await last(world), {
    state: 'TASK_KILLED',
    message: 'Command terminated with signal Terminated',
  })
  t.is(environment.processes.startMark(pid), undefined)
})

test('the commands of a real group run side by side, and end together', async (t) => {
  const world = await start(t, { isGroup: true, run: { command: { value: 'sleep 1000' } } })
  for (let i = 0; i < 4; i++)
    t.regex(await world.events.update(), /^(one|two) TASK_(STARTING|RUNNING)$/)
  const [executor] = (await world.agentState()).executors
  const { sandbox = '' } = executor ?? {}
  const folders = await environment.disk.list(`${sandbox}/tasks`)
  t.deepEqual(
    folders.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)),
    ['one', 'two'],
  )
  t.is(await text(`${sandbox}/tasks/one/stdout`), '')
  const kill_policy = { grace_period: { nanoseconds: 600e9 } }
  world.driver.tell({ type: 'KILL', kill: { task_id: { value: 'one' }, kill_policy } })
  const ends = [await last(world), await last(world)]
    .map(({ task_id, state, message }) => `${task_id.value} ${state} ${message ?? ''}`)
    .sort()
  t.is(ends[0], 'one TASK_KILLED Command terminated with signal Terminated')
  // As in Mesos it has three seconds, whatever its policy: on a busy machine they can be over.
  t.regex(ends[1] ?? '', /^two TASK_KILLED Command terminated with signal (Terminated|Killed)$/)
  const { failure } = await world.events.next('FAILURE')
  t.is(failure.status, 0, 'the executor ends with its last task')
})

test('a real command of a framework without checkpoints ends with its agent', async (t) => {
  const { agent, pid, sandbox } = await runs(t, 'trap "" TERM; echo here; sleep 1000')
  t.is(await written(`${sandbox}/stdout`), 'here\n')
  agent.kill('SIGKILL')
  while (environment.processes.startMark(pid) !== undefined) await pause(50)
  t.pass()
})
