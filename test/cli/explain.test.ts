import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test, { type ExecutionContext } from 'ava'

import { ActorSystem, startNode } from '../../src/actors/index.ts'
import { SparkContext } from '../../src/spark/index.ts'
import { start, troupe } from './command-line.ts'

/** Starts a service, and answers with where it listens. */
async function service(t: ExecutionContext, ...args: readonly string[]): Promise<string> {
  const running = start({}, ...args)
  t.teardown(async () => {
    running.kill('SIGTERM')
    await running.exit
  })
  const said = await running.until(/listens on \S+\n/)
  return /listens on (\S+)/.exec(said)?.[1] ?? ''
}

interface Cluster {
  readonly master: string
  readonly agent: string
  readonly driver: string
}

/** A master, an agent and an executor as processes, and a driver here, which has run a job. */
async function cluster(t: ExecutionContext): Promise<Cluster> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const master = await service(t, 'master', '--port', '0')
  const agent = await service(
    t,
    ...['agent', '--port', '0', '--master', master, '--resources', 'cpus:1;mem:1024'],
    ...['--work-dir', directory],
  )
  const system = ActorSystem.create('driver')
  const node = await startNode(system)
  const sc = await SparkContext.create({
    master: `mesos://${master}`,
    appName: 'explained',
    system,
    node,
    conf: { 'spark.executor.memory': '256m', 'spark.testing.reservedMemory': 0 },
  })
  t.teardown(async () => {
    await sc.stop()
    await system.terminate()
  })
  t.is(await sc.parallelize([1, 2, 3], 3).count(), 3)
  return { master, agent, driver: `${node.address?.host}:${node.address?.port}` }
}

test('explain follows a task from the driver through the master to the agent', async (t) => {
  const { driver, master, agent } = await cluster(t)
  const { code, stdout } = await troupe('explain', 'task', '0.0/2', '--node', driver)
  t.is(code, 0)
  t.regex(stdout, /^task 0\.0\/2: \d+ decisions told by /)
  for (const node of [`driver@${driver}`, `master@${master}`, `agent@${agent}`]) {
    t.true(stdout.includes(node), node)
  }
  for (const heading of [
    'Jobs',
    'Stages',
    'Placement of tasks',
    'Offers',
    'Allocations',
    'Agents',
  ]) {
    t.true(stdout.includes(`\n\n${heading}\n  `), heading)
  }
  t.true(stdout.split('\n').every((line) => line.length <= 100 || !line.trim().includes(' ')))

  const data = await troupe('explain', 'executor', '0', '--node', driver, '--json')
  const explanation = JSON.parse(data.stdout) as { answers: readonly { node: string }[] }
  t.true(explanation.answers.some(({ node }) => node.startsWith('master@')))

  const few = await troupe('explain', 'executor', '0', '--node', driver, '--hops', '0')
  t.false(few.stdout.includes('master@'))
})

test('explain without a subject tells the newest decisions of a node', async (t) => {
  const { master } = await cluster(t)
  const { code, stdout } = await troupe('explain', '--node', master)
  t.is(code, 0)
  t.regex(stdout, /^the newest decisions of master@/)
  t.regex(stdout, /What is launched out of offer/)
})

test('what nobody knows is said to be unknown, with exit code 1; a node that is not there is named', async (t) => {
  const master = await service(t, 'master', '--port', '0')
  const unknown = await troupe('explain', 'job', '77', '--node', master)
  t.is(unknown.code, 1)
  t.regex(unknown.stdout, /Nothing is known of job 77/)
  const nowhere = await troupe('explain', 'job', '0', '--node', '127.0.0.1:1')
  t.is(nowhere.code, 1)
  t.regex(nowhere.stderr, /no node answers at 127\.0\.0\.1:1 .*\(TROUPE_NODE_UNREACHABLE\)\n$/)
  const missing = await troupe('explain', 'job', '0')
  t.is(missing.code, 2)
  t.regex(missing.stderr, /--node/)
})

test('explain with the id of a task alone asks a master, by its HTTP door, why it does not run', async (t) => {
  const running = start({}, 'master', '--port', '0')
  t.teardown(async () => {
    running.kill('SIGTERM')
    await running.exit
  })
  const said = await running.until(/on http:\/\/\S+ /)
  const door = /on http:\/\/(\S+) /.exec(said)?.[1] ?? ''
  const { code, stdout } = await troupe('explain', 'never-seen', '--master', door)
  t.is(code, 0)
  t.regex(stdout, /The master knows of no task never-seen/)
  t.regex(stdout, /No framework is subscribed that could launch it/)
  const neither = await troupe('explain', 'never-seen')
  t.not(neither.code, 0)
  t.regex(neither.stderr, /either '--node <host:port>' or '--master <host:port>' is needed/)
})
