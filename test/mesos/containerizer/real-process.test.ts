import test from 'ava'
import { readExit, readStarted } from '../../../src/platform/index.ts'
import { RealContainers } from './rig.ts'

let containers: RealContainers
test.before(async () => {
  containers = await RealContainers.start()
})
test.after.always(() => containers.end())

test('a command runs in its sandbox, and its exit code is told', async (t) => {
  const run = containers.run('pwd; echo $FROM >&2; exit 3')
  t.deepEqual((await run.next('container-exited')).exit, { code: 3, signal: undefined })
  t.is(await run.output(), `${run.sandbox}\n`)
  t.is(await run.output('stderr'), 'agent\n')
})

test('a signal reaches all that a command has started', async (t) => {
  const run = containers.run('sleep 1000 & echo ready; wait')
  await run.next('container-started')
  await containers.until(async () => (await run.output()) === 'ready\n')
  run.ref.tell({ type: 'signal', signal: 'SIGTERM' })
  t.deepEqual((await run.next('container-exited')).exit, { code: undefined, signal: 'SIGTERM' })
})

test('the file of an exit tells how a command ended whose agent did not see it', async (t) => {
  const exitFile = `${containers.directory}/exit`
  const left = await RealContainers.start(undefined, containers.directory)
  const go = `${containers.directory}/go`
  const command = `until [ -e ${go} ]; do sleep 0.01; done; exit 7`
  const run = left.run(command, { containerId: 'left', exitFile, outlivesAgent: true })
  const { pid, mark = '' } = await run.next('container-started')
  await left.forget()
  const found = left.run(command, { containerId: 'left', exitFile, running: { pid, mark } })
  t.is((await found.next('container-started')).pid, pid)
  await left.environment.disk.writeFile(go, new Uint8Array())
  t.deepEqual((await found.next('container-exited')).exit, { code: 7, signal: undefined })
  await left.forget()
})

test('the file of an exit tells from its beginning which process it will be of', async (t) => {
  const exitFile = `${containers.directory}/begun`
  const run = containers.run('echo ready; sleep 1000', { exitFile })
  const { pid, mark } = await run.next('container-started')
  await containers.until(async () => (await run.output().catch(() => '')) === 'ready\n')
  const { disk } = containers.environment
  t.deepEqual(await readStarted(disk, exitFile), { pid, mark: mark ?? '' })
  t.is(await readExit(disk, exitFile), undefined)
  run.ref.tell({ type: 'destroy' })
  await run.next('container-exited')
})

test('SIGTERM leaves the shell that keeps the exit, so the file says it', async (t) => {
  const exitFile = `${containers.directory}/terminated`
  const run = containers.run('echo ready; sleep 1000', { exitFile })
  await containers.until(async () => (await run.output().catch(() => '')) === 'ready\n')
  run.ref.tell({ type: 'signal', signal: 'SIGTERM' })
  t.deepEqual((await run.next('container-exited')).exit, { code: undefined, signal: 'SIGTERM' })
  const { disk } = containers.environment
  t.deepEqual(await readExit(disk, exitFile), { code: undefined, signal: 'SIGTERM' })
})

test('a further command has the variables and the sandbox of the container, and its own end', async (t) => {
  const run = containers.run('sleep 1000')
  await run.next('container-started')
  const answer = await run.exec('pwd; echo $FROM; exit 4')
  t.deepEqual(answer, { type: 'exec-ended', exit: { code: 4, signal: undefined } })
  t.is(await run.output(), `${run.sandbox}\nagent\n`)
  t.deepEqual(await run.exec('sleep 1000', 20), { type: 'exec-timed-out' })
  run.ref.tell({ type: 'destroy' })
  await run.next('container-exited')
})

const withProc = containersHaveProc() ? test : test.skip
if (!containersHaveProc()) console.log('skipped: usage of processes needs /proc')

withProc('statistics count all processes of a container, and say what it was given', async (t) => {
  const resources = { cpus: 0.5, memBytes: 64 * 1024 * 1024 }
  const run = containers.run('sleep 1000 & echo ready; wait', { resources })
  await run.next('container-started')
  await containers.until(async () => (await run.output().catch(() => '')) === 'ready\n')
  const statistics = await run.statistics()
  t.is(statistics?.processes, 2)
  t.is(statistics?.cpus_limit, 0.5)
  t.is(statistics?.mem_limit_bytes, resources.memBytes)
  t.true((statistics?.mem_rss_bytes ?? 0) > 0)
  run.ref.tell({ type: 'destroy' })
  t.deepEqual((await run.next('container-exited')).exit, { code: undefined, signal: 'SIGKILL' })
})

test('an image, or volumes, are refused where nothing is isolated', async (t) => {
  const run = containers.run('true', {
    container: { type: 'MESOS', volumes: [{ mode: 'RO', container_path: 'a', host_path: '/etc' }] },
  })
  t.regex((await run.next('container-failed')).reason, /needs the isolator filesystem\/linux/)
})

function containersHaveProc(): boolean {
  return process.platform === 'linux'
}
