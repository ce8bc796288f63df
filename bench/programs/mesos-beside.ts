/**
 * One master and one agent, of Troupe or of Apache Mesos (`--of`), each in the processes that they come in, and one framework
 * over v1 HTTP in JSON with an executor of its own over v1 HTTP; framework and executor are the same for both. Tasks do nothing;
 * each has two statuses, which are acknowledged one by one. Once without checkpoints, once with.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../measure.ts'
import { median } from '../statistics.ts'
import { emit, flag, gate, nowNs, repeats, scaled } from './harness.ts'
import { Calls, fail, subscribe, type Door } from './mesos-http.ts'

const TASKS = scaled(3000)
/** Tasks that are launched and have not ended. */
const MOST_UNDER_WAY = 100
const ALLOCATION = '10ms'
const resourcesFlag = '--resources=cpus:1000;mem:1000000;disk:1000;ports:[31000-31001]'

const of = flag('of') === 'mesos' ? 'mesos' : 'troupe'
const folder = mkdtempSync(join(tmpdir(), 'troupe-bench-'))
const children: ChildProcess[] = []

function start(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', process.env['BENCH_SHOWS'] === undefined ? 'ignore' : 'inherit'],
  })
  children.push(child)
  return child
}

interface Cluster {
  readonly scheduler: Door
  /** How the executor finds its agent, where that is not at the door it is told. */
  readonly variables: Readonly<Record<string, string>>
}

async function startMesos(): Promise<Cluster> {
  const child = start(
    'scripts/real-mesos.mjs',
    `--end-with=${String(process.pid)}`,
    resourcesFlag,
    `--allocation_interval=${ALLOCATION}`,
  )
  const lines = child.stdout === null ? undefined : createInterface({ input: child.stdout })
  const [url] = (await Promise.race([
    lines === undefined ? [''] : once(lines, 'line'),
    once(child, 'exit').then(() =>
      fail('Mesos did not start: node scripts/real-mesos.mjs says why'),
    ),
  ])) as [string]
  const { hostname: host, port } = new URL(url)
  return {
    scheduler: { host, port: Number(port), path: '/api/v1/scheduler' },
    // Agent and master share a port; its own door is a detour.
    variables: { BENCH_AGENT: `${host}:${port}`, BENCH_PATH: '/slave(1)/api/v1/executor' },
  }
}

async function startTroupe(): Promise<Cluster> {
  const troupe = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))
  const port = await freePort()
  const master = `127.0.0.1:${String(port)}`
  const common = [`--end-with=${String(process.pid)}`, '--line-port=0']
  const interval = `--allocation-interval=${ALLOCATION}`
  start(troupe, 'master', ...common, `--port=${String(port)}`, interval)
  const place = [`--work-dir=${folder}/work`, `--address-file=${folder}/agent`]
  start(troupe, 'agent', ...common, '--port=0', `--master=${master}`, ...place, resourcesFlag)
  await contents(`${folder}/agent`)
  await answering(`http://${master}/health`)
  return { scheduler: { host: '127.0.0.1', port, path: '/api/v1/scheduler' }, variables: {} }
}

async function answering(url: string): Promise<void> {
  for (;;) {
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return
    await sleep(20)
  }
}

async function contents(path: string): Promise<string> {
  for (;;) {
    try {
      const text = readFileSync(path, 'utf8').trim()
      if (text !== '') return text
    } catch {
      // Not there yet.
    }
    await sleep(20)
  }
}

interface Id {
  readonly value: string
}
interface Offer {
  readonly id: Id
  readonly agent_id: Id
  readonly resources: readonly {
    readonly name: string
    readonly scalar?: { readonly value: number }
  }[]
}
interface Status {
  readonly task_id: Id
  readonly agent_id: Id
  readonly state: string
  readonly uuid: string
  readonly message?: string
}
interface Event {
  readonly type: string
  readonly subscribed?: { readonly framework_id: Id }
  readonly offers?: { readonly offers: readonly Offer[] }
  readonly update?: { readonly status: Status }
}

const resources = [
  { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
  { name: 'mem', type: 'SCALAR', scalar: { value: 10 } },
]

/** Tasks that there is room for, beside an executor. */
function fitting(offered: Offer['resources']): number {
  const of = (name: string): number =>
    offered.reduce((sum, one) => sum + (one.name === name ? (one.scalar?.value ?? 0) : 0), 0)
  return Math.floor(Math.min(of('cpus') * 10, of('mem') / 10) + 1e-6) - 1
}

/** Tasks finished in a second, each time so many are run. */
async function run({ scheduler, variables }: Cluster, checkpoint: boolean): Promise<number> {
  const early: Event[] = []
  let take = (event: Event): void => void early.push(event)
  const framework_info = { user: process.env['USER'] ?? 'root', name: 'no-op', checkpoint }
  const { streamId, end } = await subscribe(
    scheduler,
    { type: 'SUBSCRIBE', subscribe: { framework_info } },
    (event) => {
      take(event as unknown as Event)
    },
  )
  const calls = new Calls(scheduler, streamId)
  let framework_id: Id | undefined
  let wanted = 0
  let launched = 0
  let ended = 0
  let number = 0
  let done: () => void = () => undefined
  const executor = (): unknown => ({
    executor_id: { value: 'no-op' },
    framework_id,
    command: {
      shell: false,
      value: process.execPath,
      arguments: [
        process.execPath,
        fileURLToPath(new URL('./mesos-http-executor.js', import.meta.url)),
      ],
      environment: {
        variables: Object.entries(variables).map(([name, value]) => ({ name, value })),
      },
    },
    resources: [{ name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } }],
  })
  const accept = ({ id, agent_id, resources: offered }: Offer): void => {
    const room = Math.min(wanted - launched, MOST_UNDER_WAY - launched + ended)
    const count = Math.max(0, Math.min(room, fitting(offered)))
    launched += count
    const task_infos = Array.from({ length: count }, () => {
      const value = `task-${String(++number)}`
      return { name: 'no-op', task_id: { value }, agent_id, resources, executor: executor() }
    })
    calls.send({
      type: 'ACCEPT',
      framework_id,
      accept: {
        offer_ids: [id],
        operations: count === 0 ? [] : [{ type: 'LAUNCH', launch: { task_infos } }],
        filters: { refuse_seconds: 0 },
      },
    })
  }
  const update = ({ task_id, agent_id, state, uuid, message }: Status): void => {
    calls.send({ type: 'ACKNOWLEDGE', framework_id, acknowledge: { agent_id, task_id, uuid } })
    if (state === 'TASK_RUNNING') return
    if (state !== 'TASK_FINISHED') fail(`a task is ${state}: ${message ?? ''}`)
    if (++ended === wanted) done()
  }
  take = ({ type, subscribed, offers, update: news }) => {
    if (subscribed !== undefined) framework_id = subscribed.framework_id
    for (const offer of offers?.offers ?? []) accept(offer)
    if (news !== undefined) update(news.status)
    if (type === 'ERROR') fail('the master has refused the framework')
  }
  early.forEach(take)
  const tasks = async (count: number): Promise<number> => {
    const { opened, open } = gate()
    ;[wanted, launched, ended, done] = [count, 0, 0, open]
    const begin = nowNs()
    await opened
    await calls.answered()
    return count / ((nowNs() - begin) / 1e9)
  }
  await tasks(TASKS / 2)
  const values: number[] = []
  for (let i = 0; i < repeats; i++) values.push(await tasks(TASKS))
  take = () => undefined
  calls.send({ type: 'TEARDOWN', framework_id })
  await calls.answered()
  calls.end()
  end()
  return median(values)
}

process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})
const cluster = of === 'mesos' ? await startMesos() : await startTroupe()
emit({ runtime: of, row: 'mesos-beside', value: await run(cluster, false) })
emit({ runtime: of, row: 'mesos-beside-checkpoint', value: await run(cluster, true) })
process.exit(0)
