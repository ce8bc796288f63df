import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import test, { type ExecutionContext } from 'ava'

import { SparkContext, type Pair, type RDD, type SparkEvent } from '../../../src/spark/index.ts'
import { foreign, inProject } from '../../mesos/foreign/programs.ts'
import { environment, sums, until, words } from '../cluster/house.ts'
import { serialWith, startServer } from '../real-files/servers.ts'

const zookeeper = await foreign('zookeeper')
const serial = serialWith(zookeeper)
const server = zookeeper.ok
  ? await startServer('services.mjs', 'run', 'zookeeper', '--session-timeout=2000')
  : undefined
test.after.always(() => server?.stop())

/** A `troupe` command that runs, and what it has said. */
interface Running {
  readonly child: ChildProcess
  readonly lines: readonly string[]
}

async function troupe(t: ExecutionContext, lines: number, ...args: string[]): Promise<Running> {
  const said: string[] = []
  const child = spawn(process.execPath, [inProject('build/src/cli/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise((resolve) => child.on('exit', resolve))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
  })
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line))
  await until(() => said.length >= lines)
  return { child, lines: said }
}

/** A master by the command line, under a folder of its own test. */
class Master {
  readonly child: ChildProcess
  readonly address: string
  readonly #state: string

  private constructor({ child, lines }: Running) {
    this.child = child
    this.address = /spark:\/\/(\S+)/.exec(lines[0] ?? '')?.[1] ?? ''
    this.#state = /http:\S+/.exec(lines[1] ?? '')?.[0] ?? ''
  }

  static async start(t: ExecutionContext, folder: string): Promise<Master> {
    const conf = {
      'spark.deploy.recoveryMode': 'ZOOKEEPER',
      'spark.deploy.zookeeper.url': server?.words[0] ?? '',
      'spark.deploy.zookeeper.dir': folder,
      'spark.worker.timeout': '20',
    }
    const set = Object.entries(conf).flatMap(([key, value]) => ['--conf', `${key}=${value}`])
    const ports = ['--port', '0', '--webui-port', '0']
    return new Master(await troupe(t, 2, 'spark-master', ...ports, ...set))
  }

  async status(): Promise<string> {
    const answer = await fetch(this.#state).catch(() => undefined)
    return ((await answer?.json()) as { readonly status?: string } | undefined)?.status ?? 'gone'
  }
}

interface House {
  /** The first one leads. */
  readonly masters: readonly [Master, Master]
  readonly url: string
  readonly sc: SparkContext
  readonly events: readonly SparkEvent[]
  readonly counts: () => RDD<Pair<string, number>>
}

/** Two masters, two workers and an application, which know the addresses of both masters. */
async function house(t: ExecutionContext, folder: string): Promise<House> {
  t.timeout(120_000)
  const directory = await environment.disk.makeTemporaryDirectory('troupe-test-')
  t.teardown(() => environment.disk.remove(directory))
  const first = await Master.start(t, folder)
  await until(async () => (await first.status()) === 'ALIVE')
  const second = await Master.start(t, folder)
  const url = `spark://${second.address},${first.address}`
  for (const name of ['one', 'two']) {
    const place = ['-d', `${directory}/${name}`, '--port', '0']
    await troupe(t, 1, 'spark-worker', url, '-c', '1', '-m', '1024M', ...place)
  }
  const events: SparkEvent[] = []
  const sc = await SparkContext.create({
    master: url,
    appName: 'elected',
    conf: {
      'spark.executor.memory': '256m',
      'spark.testing.reservedMemory': 0,
      'spark.default.parallelism': 4,
    },
    listener: (event) => events.push(event),
  })
  t.teardown(() => sc.stop())
  const counts = (): RDD<Pair<string, number>> =>
    sc
      .parallelize(words, 6)
      .map((word): Pair<string, number> => [word, 1])
      .reduceByKey((a, b) => a + b, 4)
  const added = (): number => events.filter(({ type }) => type === 'executor-added').length
  await until(() => added() === 2)
  return { masters: [first, second], url, sc, events, counts }
}

serial(
  'a leader killed in the middle of a job is followed by the other master, and the job goes on',
  async (t) => {
    const { masters, url, sc, events, counts } = await house(t, '/killed')
    const [leader, standby] = masters
    t.is(await standby.status(), 'STANDBY')
    let isKilled = false
    sc.addListener((event) => {
      if (isKilled || event.type !== 'task-start') return
      isKilled = true
      leader.child.kill('SIGKILL')
    })
    t.deepEqual((await counts().collect()).sort(), sums)
    t.true(isKilled)
    await until(async () => (await standby.status()) === 'ALIVE')
    t.deepEqual((await counts().collect()).sort(), sums)
    const removed = events.filter(({ type }) => type === 'executor-removed')
    t.deepEqual(removed, [])
    // The new leader knows which cores are taken, and gives what comes free to whoever comes.
    await sc.stop()
    const other = await SparkContext.create({
      master: url,
      appName: 'later',
      conf: { 'spark.executor.memory': '256m', 'spark.testing.reservedMemory': 0 },
    })
    t.is(await other.parallelize([1, 2, 3], 3).count(), 3)
    await other.stop()
  },
)

serial('a leader that is told to end hands over at once', async (t) => {
  const { masters, counts } = await house(t, '/told')
  const [leader, standby] = masters
  const exited = new Promise((resolve) => leader.child.on('exit', resolve))
  leader.child.kill('SIGTERM')
  t.is(await exited, 0)
  await until(async () => (await standby.status()) === 'ALIVE')
  t.deepEqual((await counts().collect()).sort(), sums)
})

serial('a leader that was silent for too long ends, and another one leads', async (t) => {
  const { masters, counts } = await house(t, '/silent')
  const [leader, standby] = masters
  const exited = new Promise((resolve) => leader.child.on('exit', resolve))
  leader.child.kill('SIGSTOP')
  await until(async () => (await standby.status()) !== 'STANDBY')
  leader.child.kill('SIGCONT')
  t.is(await exited, 0)
  t.deepEqual((await counts().collect()).sort(), sums)
})
