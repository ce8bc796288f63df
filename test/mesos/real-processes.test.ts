import test from 'ava'
import { environment, executor, start } from './real-cluster.ts'

test('a real executor process that is killed fails its task, and its output is kept', async (t) => {
  const { events, agentState } = await start(t)
  t.is(await events.update(), 'one TASK_RUNNING')
  const [running] = (await agentState()).executors
  const { pid = 0, sandbox = '' } = running ?? {}
  t.true(environment.processes.isAlive(pid))
  environment.processes.kill(pid, 'SIGKILL')
  t.is(await events.update(), 'one TASK_FAILED REASON_EXECUTOR_TERMINATED')
  const { failure } = await events.next('FAILURE')
  t.is(failure.status, 9)
  const stdout = await environment.disk.readFile(`${sandbox}/stdout`)
  t.is(new TextDecoder().decode(stdout), `executor in ${sandbox}\n`)
  const latest = `${sandbox.slice(0, sandbox.lastIndexOf('/'))}/latest/stdout`
  t.deepEqual(await environment.disk.readFile(latest), stdout)
})

test('when a real agent process is killed, offers are rescinded, tasks lost, and its executor ends', async (t) => {
  const { agent, events, agentState, offer } = await start(t)
  t.is(await events.update(), 'one TASK_RUNNING')
  const rest = (await events.next('OFFERS')).offers.offers[0]
  const pid = (await agentState()).executors[0]?.pid ?? 0
  t.true(environment.processes.isAlive(pid))
  agent.kill('SIGKILL')
  const { rescind } = await events.next('RESCIND')
  t.deepEqual(rescind.offer_id, rest?.id)
  t.is(await events.update(), 'one TASK_LOST REASON_AGENT_REMOVED')
  const { failure } = await events.next('FAILURE')
  t.deepEqual(failure.agent_id, offer.agent_id)
  while (environment.processes.isAlive(pid)) {
    await new Promise<void>((resolve) => void environment.clock.setTimer(50, resolve))
  }
  t.false(environment.processes.isAlive(pid))
})

test('a real agent process that is killed and started again finds the executor and the task of before', async (t) => {
  const world = await start(t, { checkpoint: true, maxAgentPingTimeouts: 100 })
  const { agent, startAgent, events, agentState, offer, driver } = world
  t.is(await events.update(), 'one TASK_RUNNING')
  const before = await agentState()
  const pid = before.executors[0]?.pid ?? 0
  t.teardown(() => void environment.processes.killGroup(pid))
  agent.kill('SIGKILL')
  await agent.exited
  t.true(environment.processes.isAlive(pid))
  await startAgent(offer.url?.address.port ?? 0)
  let after = await agentState().catch(() => undefined)
  while (after?.executors[0]?.isSubscribed !== true || !after.isRegistered) {
    await new Promise<void>((resolve) => void environment.clock.setTimer(100, resolve))
    after = await agentState().catch(() => undefined)
  }
  t.is(after.id, before.id)
  t.is(after.executors[0].pid, pid)
  const data = new TextEncoder().encode('one')
  const { executor_id } = executor
  driver.tell({ type: 'MESSAGE', message: { agent_id: offer.agent_id, executor_id, data } })
  let last = await events.update()
  // What was on its way when the agent was killed may come twice.
  while (last === 'one TASK_RUNNING') last = await events.update()
  t.is(last, 'one TASK_FINISHED')
})
