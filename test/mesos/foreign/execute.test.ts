import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { parseCredentials } from '../../../src/mesos/index.ts'
import { troupe, type Outcome } from '../../cli/command-line.ts'
import { allReleased, startMesos, startTroupe, type Running } from './clusters.ts'
import { foreign, inProject, testWith } from './programs.ts'

const mesos = await foreign('real-mesos')

const execute = ({ url }: Running, ...args: readonly string[]): Promise<Outcome> =>
  troupe('execute', '--master', url.replace('http://', ''), ...args)

async function runsCommands(t: ExecutionContext, cluster: Running): Promise<void> {
  const script =
    'echo "hello $WHO"; echo oops >&2; printf "caf\\303\\251\\n"; seq 20000 | tail -n 1'
  const well = await execute(
    cluster,
    ...['--name', 'well', '--command', script, '--env', '{"WHO":"world"}'],
  )
  t.is(well.code, 0, well.stderr)
  t.is(well.stdout, 'hello world\ncafé\n20000\n')
  t.regex(well.stderr, /^Subscribed with ID \S+\nSubmitted task 'well' to agent '\S+'\n/)
  t.regex(well.stderr, /^oops$/m)
  t.regex(well.stderr, /Received status update TASK_FINISHED for task 'well'\n/)
  const badly = await execute(cluster, '--name', 'badly', '--command', 'exit 3')
  t.is(badly.code, 1)
  t.regex(badly.stderr, /TASK_FAILED for task 'badly'\n {2}message: 'Command exited with status 3'/)
  const large = ['--command', 'true', '--resources', 'cpus:99;mem:1', '--offer_timeout=2secs']
  const never = await execute(cluster, '--name', 'never', ...large)
  t.is(never.code, 1)
  t.regex(never.stderr, /no offer was large enough\n {2}\S+ \(\S+\): cpus: 99 wanted, 4 offered\n$/)
}

async function isInterrupted(t: ExecutionContext, cluster: Running): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      inProject('build/src/cli/main.js'),
      ...['execute', '--master', cluster.url.replace('http://', '')],
      ...['--name', 'long', '--command', 'echo begun; sleep 600', '--content_type=json'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  child.stdout.once('data', () => child.kill('SIGINT'))
  const code = await new Promise((resolve) => child.once('exit', resolve))
  t.is(code, 130)
  await allReleased(cluster)
}

test('troupe execute runs commands on our cluster, and follows them', async (t) => {
  await runsCommands(t, await startTroupe(t))
})

test('who interrupts troupe execute has the task on our cluster killed', async (t) => {
  await isInterrupted(t, await startTroupe(t))
})

testWith(mesos)('troupe execute runs commands on Mesos itself, and follows them', async (t) => {
  await runsCommands(t, await startMesos(t, mesos))
})

testWith(mesos)('who interrupts troupe execute has the task on Mesos itself killed', async (t) => {
  await isInterrupted(t, await startMesos(t, mesos))
})

test('troupe execute runs a group of tasks on our cluster, and follows each', async (t) => {
  const cluster = await startTroupe(t)
  const task = (name: string, value: string): unknown => ({
    name,
    task_id: { value: name },
    resources: [
      { name: 'cpus', type: 'SCALAR', scalar: { value: 0.5 } },
      { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
    ],
    command: { value },
  })
  const group = { tasks: [task('left', 'echo one; echo two'), task('right', 'echo three')] }
  const { code, stdout, stderr } = await execute(cluster, '--task_group', JSON.stringify(group))
  t.is(code, 0, stderr)
  t.regex(stderr, /^Submitted task group with tasks \[ left, right \] to agent '\S+'$/m)
  t.deepEqual(stdout.trim().split('\n').toSorted(), ['left: one', 'left: two', 'right: three'])
  await allReleased(cluster)
})

test('troupe execute proves who it is to an agent that asks', async (t) => {
  const credentials = parseCredentials('me mine')
  const agentDoor = { security: { credentials, readonly: true, readwrite: true } }
  const cluster = await startTroupe(t, { agentDoor })
  const command = ['--name', 'a', '--command', 'echo hello', '--principal', 'me']
  const right = await execute(cluster, ...command, '--secret', 'mine')
  t.deepEqual([right.code, right.stdout], [0, 'hello\n'], right.stderr)
  for (const args of [[], ['--secret', 'yours']]) {
    const { code, stdout, stderr } = await execute(cluster, ...command, ...args)
    t.deepEqual([code, stdout], [0, ''], stderr)
    t.regex(stderr, /can't be followed: the agent answers \S+\/state with 401/)
  }
})

testWith(mesos)('troupe execute proves to Mesos itself who it is', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const file = join(directory, 'credentials')
  await writeFile(file, JSON.stringify({ credentials: [{ principal: 'me', secret: 'mine' }] }))
  const flags = [
    '--authenticate_http_frameworks=true',
    '--http_framework_authenticators=basic',
    `--credentials=${file}`,
  ]
  const cluster = await startMesos(t, mesos, { flags })
  const command = ['--name', 'a', '--command', 'echo hello', '--principal', 'me', '--secret']
  const right = await execute(cluster, ...command, 'mine')
  t.is(right.code, 0, right.stderr)
  t.is(right.stdout, 'hello\n')
  const wrong = await execute(cluster, ...command, 'yours')
  t.is(wrong.code, 1)
  t.regex(wrong.stderr, /SUBSCRIBE was refused with 401/)
})
