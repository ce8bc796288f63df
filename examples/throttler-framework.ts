/**
 * A framework that puts load on a server by tasks of a cluster: `node build/examples/throttler-framework.js -m host:port`, where
 * the HTTP door of a master is, of Troupe or of Apache Mesos itself.
 *
 *   -m, --mesos-master <host:port>   -t, --total-queries <n> (100)   -f, --queries-per-task <n> (5)   -p, --parallelism <n> (5)
 *
 * The server is a table in this process; a query puts a row into it, under a key that no other query has. Tasks are commands: this
 * file again, told which rows are its own; what it has measured it sends here. A task that fails is run again, so a row may be put
 * twice, and counts once. Ends with 0 when every row is there, with 1 after more than 5 failures.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ActorSystem, receive, type ActorRef, type Behavior } from 'troupe'
import {
  connectMesos,
  fromWire,
  isTerminal,
  schedulerDriver,
  take,
  toWire,
  type Offer,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
  type TaskInfo,
} from 'troupe/mesos'

interface Load {
  readonly totalQueries: number
  readonly queriesPerTask: number
  readonly parallelism: number
}

/** The rows that one task is to put. */
interface Rows {
  readonly first: number
  readonly count: number
}

const TASK = { cpus: 0.5, mem: 64 }
const MAX_TASK_ERRORS = 5
const REFUSE_SECONDS = 1
const HOST = '127.0.0.1'
const FILE = fileURLToPath(import.meta.url)

/** What the framework is told besides the events of its driver. */
type Word = { readonly type: 'driver'; readonly driver: ActorRef<SchedulerDriverMessage> }

/** Hands out rows until all are done; `over` gets the number of tasks that failed, and the most that ran at once. */
const throttler = (
  { totalQueries, queriesPerTask, parallelism }: Load,
  server: string,
  over: (failed: number, most: number) => void,
): Behavior<SchedulerDriverEvent | Word> => {
  const waiting: Rows[] = []
  for (let first = 1; first <= totalQueries; first += queriesPerTask) {
    waiting.push({ first, count: Math.min(queriesPerTask, totalQueries - first + 1) })
  }
  const running = new Map<string, Rows>()
  let driver: ActorRef<SchedulerDriverMessage> | undefined
  let isSuppressed = false
  let launched = 0
  let failed = 0
  let most = 0

  const taskOf = (offer: Offer, rows: Rows, resources: TaskInfo['resources']): TaskInfo => {
    const value = `ThrottleTask-${launched++}`
    running.set(value, rows)
    const command = [process.execPath, FILE, 'task', server, rows.first, rows.count].join(' ')
    return {
      name: value,
      task_id: { value },
      agent_id: offer.agent_id,
      resources,
      command: { value: command },
    }
  }

  /** As many tasks as the offer, and the wish for no more than so many at once, have room for. */
  const use = (offer: Offer): void => {
    const tasks: TaskInfo[] = []
    let left = fromWire(offer.resources)
    while (running.size < parallelism) {
      const part = take(left, TASK)
      const rows = part && waiting.shift()
      if (rows === undefined) break
      tasks.push(taskOf(offer, rows, toWire(part?.taken ?? new Map(), 'old')))
      left = part?.rest ?? left
    }
    most = Math.max(most, running.size)
    const offer_ids = [offer.id]
    const filters = { refuse_seconds: REFUSE_SECONDS }
    if (tasks.length === 0) {
      driver?.tell({ type: 'DECLINE', decline: { offer_ids, filters } })
      return
    }
    const operations = [{ type: 'LAUNCH' as const, launch: { task_infos: tasks } }]
    driver?.tell({ type: 'ACCEPT', accept: { offer_ids, operations, filters } })
  }

  /** Offers only while there is something to launch and room for it. */
  const suppressOrRevive = (): void => {
    const isIdle = waiting.length === 0 || running.size >= parallelism
    if (isIdle === isSuppressed) return
    isSuppressed = isIdle
    driver?.tell(isIdle ? { type: 'SUPPRESS' } : { type: 'REVIVE' })
  }

  return receive((message) => {
    switch (message.type) {
      case 'driver':
        driver = message.driver
        return
      case 'OFFERS':
        message.offers.offers.forEach(use)
        return suppressOrRevive()
      case 'UPDATE': {
        const { task_id, state, message: why } = message.update.status
        const rows = running.get(task_id.value)
        if (rows === undefined || !isTerminal(state)) return
        running.delete(task_id.value)
        if (state !== 'TASK_FINISHED') {
          console.error(`${task_id.value}: ${state}, ${why ?? 'no reason given'}`)
          failed += 1
          waiting.push(rows)
        }
        const isDone = waiting.length === 0 && running.size === 0
        if (isDone || failed > MAX_TASK_ERRORS) over(failed, most)
        else suppressOrRevive()
        return
      }
      case 'ERROR':
        console.error(message.error.message)
        over(MAX_TASK_ERRORS + 1, most)
        return
      default:
    }
  })
}

/** The table that is loaded, and where tasks tell what they have measured. */
async function startServer(): Promise<{
  readonly url: string
  readonly rows: ReadonlySet<string>
  readonly latenciesMs: readonly number[]
  readonly close: () => void
}> {
  const rows = new Set<string>()
  const latenciesMs: number[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const part of request.setEncoding('utf8')) body += String(part)
    if (request.url === '/measured') latenciesMs.push(...(JSON.parse(body) as number[]))
    else rows.add(request.url ?? '')
    response.end()
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://${HOST}:${port}`, rows, latenciesMs, close: () => server.close() }
}

/** What a task does: its queries one after another, each timed. */
async function runTask(server: string, { first, count }: Rows): Promise<void> {
  const latenciesMs: number[] = []
  for (let row = first; row < first + count; row++) {
    const startedMs = performance.now()
    await fetch(`${server}/rows/${row}`, { method: 'PUT', body: 'x'.repeat(100) })
    latenciesMs.push(performance.now() - startedMs)
  }
  await fetch(`${server}/measured`, { method: 'POST', body: JSON.stringify(latenciesMs) })
}

async function runFramework(master: string, load: Load): Promise<number> {
  const server = await startServer()
  const system = ActorSystem.create('throttler')
  const startedMs = performance.now()
  const url = master.startsWith('http://') ? master : `http://${master}`
  const [failed, most] = await new Promise<readonly [number, number]>((resolve) => {
    const end = (...counts: readonly [number, number]): void => {
      driver.tell({ type: 'stop' })
      resolve(counts)
    }
    const handler = system.spawn(throttler(load, server.url, end), 'throttler')
    const driver = system.spawn(
      schedulerDriver({
        framework_info: { user: process.env['USER'] ?? 'root', name: 'Throttler' },
        openMaster: connectMesos(system, url),
        handler,
      }),
      'driver',
    )
    handler.tell({ type: 'driver', driver })
  })
  const seconds = (performance.now() - startedMs) / 1000
  const sorted = server.latenciesMs.toSorted((a, b) => a - b)
  const share = (ratio: number): string =>
    `${(sorted[Math.floor(sorted.length * ratio)] ?? 0).toFixed(2)} ms`
  const tasks = Math.ceil(load.totalQueries / load.queriesPerTask)
  console.log(`${server.rows.size} of ${load.totalQueries} rows by ${tasks} tasks`)
  console.log(`at most ${most} tasks at once, ${failed} failed, ${seconds.toFixed(1)} s in all`)
  console.log(`a query: ${share(0.5)} p50, ${share(0.99)} p99, ${share(1 - 1e-9)} at most`)
  // The master is still to hear that the framework leaves.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  await system.terminate()
  server.close()
  return server.rows.size === load.totalQueries && failed <= MAX_TASK_ERRORS ? 0 : 1
}

const [role, ...told] = process.argv.slice(2)
if (role === 'task') {
  const [server = '', first, count] = told
  await runTask(server, { first: Number(first), count: Number(count) })
} else {
  const { values } = parseArgs({
    options: {
      'mesos-master': { type: 'string', short: 'm' },
      'total-queries': { type: 'string', short: 't', default: '100' },
      'queries-per-task': { type: 'string', short: 'f', default: '5' },
      parallelism: { type: 'string', short: 'p', default: '5' },
    },
  })
  if (values['mesos-master'] === undefined) {
    console.error("Not all program arguments provided, can't continue")
    process.exitCode = 2
  } else {
    process.exitCode = await runFramework(values['mesos-master'], {
      totalQueries: Number(values['total-queries']),
      queriesPerTask: Number(values['queries-per-task']),
      parallelism: Number(values.parallelism),
    })
  }
}
