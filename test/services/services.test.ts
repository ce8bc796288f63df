import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { foreign, inProject, run, testWith, type Ended } from '../mesos/foreign/programs.ts'
import { until } from '../spark/cluster/house.ts'
import { folder } from './folder.ts'

const zookeeper = await foreign('zookeeper')
const test = testWith(zookeeper)
const SCRIPT = inProject('scripts/services.mjs')

test('a server runs until it is told to end, and keeps its address until it is wiped', async (t) => {
  const services = await folder(t)
  const up = await services('up', 'zookeeper', '--port', '0')
  const [, address = ''] = /^export TROUPE_ZOOKEEPER=(127\.0\.0\.1:\d+)$/m.exec(up.stdout) ?? []
  t.not(address, '', up.stderr)
  t.is((await services('status')).code, 0)
  t.is((await services('up', 'zookeeper')).pid, up.pid)

  process.kill(up.pid, 'SIGKILL')
  await until(async () => (await services('status')).code === 1)
  const again = await services('up', 'zookeeper')
  t.regex(again.stdout, new RegExp(`=${address}$`, 'm'))
  t.not(again.pid, up.pid)

  // One that stands still ends all the same.
  process.kill(again.pid, 'SIGSTOP')
  t.regex((await services('down')).stdout, /zookeeper has ended/)
  t.false(await answers(address))
  t.regex((await services('status', 'zookeeper')).stdout, /: down; log /)
  await services('wipe', 'zookeeper')
  t.regex((await services('status')).stdout, /no server was started/)
})

test('a port that is taken is told of before anything is started', async (t) => {
  const [first, second] = [await folder(t), await folder(t)]
  const { stdout } = await first('up', 'zookeeper', '--port=0')
  const [, port = ''] = /:(\d+)$/m.exec(stdout) ?? []
  const { code, stderr } = await second('up', 'zookeeper', `--port=${port}`)
  t.is(code, 1)
  t.regex(stderr, new RegExp(`^troupe: 127.0.0.1:${port} is in use: `))
})

test('what is asked for in vain is named', async (t) => {
  const services = await folder(t)
  const said = async (...args: readonly string[]): Promise<string> =>
    (await services(...args)).stderr
  t.regex(await said('up', 'kafak'), /^troupe: 'kafak' is none of kafka, cassandra, zookeeper\n$/)
  t.regex(await said('up'), /^troupe: up what\?/)
  t.regex(await said('up', 'kafka', '--session-timeout=1'), /--session-timeout is no option of/)
  t.regex(await said('up', 'cassandra', '--nodes=2+0'), /^troupe: --nodes 2\+0: 1 to 9, or such as/)
  t.regex(await said('start', 'kafka'), /^troupe: npm run services -- up\|status\|down\|wipe/)
})

test('a shared server ends with the process that it was started for', async (t) => {
  const whole = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  t.teardown(() => whole.kill('SIGKILL'))
  const share = (): Promise<Ended> =>
    run(process.execPath, [SCRIPT, 'share', 'zookeeper', `--while=${whole.pid}`])
  const [one, other] = await Promise.all([share(), share()])
  t.is(one.stderr, '')
  t.regex(one.stdout, /^127\.0\.0\.1:\d+\n$/)
  t.is(one.stdout, other.stdout)
  const address = one.stdout.trim()
  t.true(await answers(address))
  whole.kill('SIGKILL')
  await until(async () => !(await answers(address)))
})

/** Whether somebody listens there. */
function answers(address: string): Promise<boolean> {
  const [host = '', port] = address.split(':')
  return new Promise((resolve) => {
    const socket = connect(Number(port), host, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
