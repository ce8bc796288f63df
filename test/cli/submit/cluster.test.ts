import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import test, { type ExecutionContext } from 'ava'

import { start, troupeIn, type Outcome, type Running } from '../command-line.ts'

const waiting = fileURLToPath(new URL('../programs/cluster-driver.js', import.meta.url))

interface Cluster {
  readonly folder: string
  readonly url: string
  readonly state: () => Promise<Record<string, unknown>>
  readonly rest: (path: string, body?: object) => Promise<Record<string, unknown>>
  readonly worker: () => Promise<Running>
  readonly submit: (...args: readonly string[]) => Promise<Outcome>
}

const quick = ['--conf', 'spark.worker.timeout=5s', '--conf', 'spark.master.rest.enabled=true']
const small = [
  '--driver-memory',
  '300m',
  '--executor-memory',
  '256m',
  '--conf',
  'spark.testing.reservedMemory=0',
]

async function cluster(t: ExecutionContext): Promise<Cluster> {
  t.timeout(180_000)
  const folder = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  const running: Running[] = []
  t.teardown(async () => {
    for (const one of running.reverse()) {
      one.kill('SIGTERM')
      await one.exit
    }
    await rm(folder, { recursive: true })
  })
  const ports = ['--port', '0', '--webui-port', '0', '--conf', 'spark.master.rest.port=0']
  const master = start({}, 'spark-master', ...ports, ...quick)
  running.push(master)
  const said = await master.until(/submissions\n/)
  const [, url = ''] = /listens on (\S+)/.exec(said) ?? []
  const [, state = ''] = /state is at (\S+)/.exec(said) ?? []
  const [, rest = ''] = /programs at (\S+)/.exec(said) ?? []
  const asked = async (address: string, body?: object): Promise<Record<string, unknown>> => {
    const post = body && { method: 'POST', body: JSON.stringify(body) }
    return (await (await fetch(address, post)).json()) as Record<string, unknown>
  }
  return {
    folder,
    url,
    state: () => asked(state),
    rest: (path, body) => asked(`${rest}/${path}`, body),
    worker: async () => {
      const resources = ['--cores', '2', '--memory', '1G', '--work-dir', join(folder, 'work')]
      const worker = start({}, 'spark-worker', url, ...resources)
      running.push(worker)
      await worker.until(/it listens on/)
      return worker
    },
    submit: (...args) => troupeIn(folder, 'spark-submit', '--master', url, ...args),
  }
}

async function until<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** What a driver has said, line by line; nothing as long as it has not begun. */
async function said({ folder }: Cluster, driverId: string): Promise<readonly string[]> {
  const path = join(folder, 'work', driverId, 'stdout')
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').slice(0, -1)
}

const driverIn = ({ stderr }: Outcome): string => /submitted as (\S+)/.exec(stderr)?.[1] ?? ''

test.serial(
  'a program runs on a worker, with executors on it, and its end is waited for when that is asked',
  async (t) => {
    const house = await cluster(t)
    await house.worker()
    const wait = [
      '--conf',
      'spark.standalone.submit.waitAppCompletion=true',
      '--deploy-mode',
      'cluster',
    ]
    const outcome = await house.submit(
      ...wait,
      ...small,
      '--name',
      'sum',
      waiting,
      'sum',
      'two words',
    )
    t.is(outcome.code, 0, outcome.stderr)
    const driverId = driverIn(outcome)
    t.regex(outcome.stderr, new RegExp(`State of ${driverId} is FINISHED`))
    const [line = ''] = await said(house, driverId)
    t.deepEqual(JSON.parse(line), {
      master: house.url,
      appName: 'sum',
      rest: ['two words'],
      sum: 10,
    })
    const state = await house.state()
    t.like(state, { status: 'ALIVE', aliveworkers: 1, cores: 2, coresused: 0, memory: 1024 })
    t.like((state['completedapps'] as unknown[])[0], { name: 'sum', state: 'FINISHED' })
    t.like((state['completeddrivers'] as unknown[])[0], { id: driverId, state: 'FINISHED' })
    t.false(
      (await readdir(tmpdir())).some(
        (name) => name.startsWith(`troupe-spark-worker-`) && name.includes(driverId),
      ),
    )
  },
)

test.serial(
  'a supervised driver that is killed runs again, also on another worker, until its end is asked for',
  async (t) => {
    const house = await cluster(t)
    const first = await house.worker()
    const outcome = await house.submit(
      '--deploy-mode',
      'cluster',
      '--supervise',
      ...small,
      waiting,
      'wait',
    )
    t.is(outcome.code, 0, outcome.stderr)
    const driverId = driverIn(outcome)
    const pids = (): Promise<readonly string[]> => said(house, driverId)
    const pid = await until(async () => (await pids())[0])
    process.kill(Number(pid), 'SIGKILL')
    t.not(await until(async () => (await pids())[1]), pid)
    const running = await house.submit('--status', driverId)
    t.is(running.code, 0)
    t.regex(
      running.stderr,
      /Server responded with SubmissionStatusResponse:\n[^]*"driverState" : "RUNNING"/,
    )

    await house.worker()
    first.kill('SIGKILL')
    const other = await until(async () => {
      const active = (await house.state())['activedrivers'] as { id: string; state: string }[]
      return active.find(({ id, state }) => id !== driverId && state === 'RUNNING')?.id
    })
    await until(async () => (await said(house, other))[0])
    t.like(await house.rest(`status/${driverId}`), { driverState: 'RELAUNCHING', success: true })
    const killed = await house.submit('--kill', other)
    t.regex(killed.stderr, new RegExp(`"message" : "Kill request for ${other} submitted"`))
    await until(
      async () => (await house.rest(`status/${other}`))['driverState'] === 'KILLED' || undefined,
    )
    t.is((await house.submit('--kill', other)).code, 1)
  },
)

test.serial(
  "Spark's own clients submit, ask and kill by REST, and are told what they can't have",
  async (t) => {
    const house = await cluster(t)
    await house.worker()
    const request = {
      action: 'CreateSubmissionRequest',
      appResource: `file:${waiting}`,
      appArgs: ['fail'],
      mainClass: 'Any',
      clientSparkVersion: '3.5.3',
      environmentVariables: {},
      sparkProperties: { 'spark.driver.memory': '300m', 'spark.master': house.url },
    }
    const created = await house.rest('create', request)
    t.like(created, { action: 'CreateSubmissionResponse', success: true })
    const driverId = String(created['submissionId'])
    const status = await until(async () => {
      const found = await house.rest(`status/${driverId}`)
      return found['driverState'] === 'FAILED' ? found : undefined
    })
    t.regex(String(status['message']), /Exception from the cluster:\nCommand exited with status 3/)
    t.like(await house.rest(`kill/${driverId}`, {}), {
      action: 'KillSubmissionResponse',
      success: false,
    })
    t.like(await house.rest('status/none'), { success: false, submissionId: 'none' })
    for (const wrong of [{}, { ...request, appResource: '' }, { ...request, appArgs: [1] }]) {
      t.like(await house.rest('create', wrong), { action: 'ErrorResponse' })
    }
    const missing = await house.rest('create', { ...request, appResource: '/none.js' })
    const error = await until(async () => {
      const found = await house.rest(`status/${String(missing['submissionId'])}`)
      return found['driverState'] === 'ERROR' ? found : undefined
    })
    t.regex(String(error['message']), /no program \/none\.js on the worker/)
  },
)

test('cluster deploy mode without a standalone master is refused, and so is asking for a driver', async (t) => {
  for (const args of [
    ['--deploy-mode', 'cluster', waiting],
    ['--kill', 'driver-1'],
    ['--status', 'driver-1'],
  ]) {
    const { code, stderr } = await troupeIn(
      undefined,
      'spark-submit',
      '--master',
      'local[2]',
      ...args,
    )
    t.is(code, 2)
    t.regex(
      stderr,
      /need the master of a standalone cluster \(--master spark:\/\/host:port\), not local\[2\]/,
    )
  }
})

test('a worker is told what a master is', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'none'), '')
  for (const [args, words] of [
    [['mesos://one:5050'], /It is spark:\/\/host:port/],
    [['spark://one'], /not known|none that is known/],
    [['spark://one:7077', '--memory', 'much'], /a size such as 1000M or 2G/],
  ] as const) {
    const { code, stderr } = await troupeIn(folder, 'spark-worker', ...args)
    t.not(code, 0)
    t.regex(stderr, words)
  }
})
