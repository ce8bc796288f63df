import { Command, InvalidArgumentError, Option } from '../command-line.ts'
import { CONSISTENCY_LEVELS, type Consistency, type Environment } from '../../platform/index.ts'
import {
  RATE_FORMS,
  RunCollector,
  ensureSchema,
  executorCommandOf,
  figuresLine,
  hostsOf,
  launchRun,
  openControlDoor,
  readRate,
  startTask,
  storeOf,
  writeReports,
  type Placement,
  type RateSchedule,
  type RunPlan,
  type RunState,
} from '../../throttler/index.ts'
import { Interruption } from '../demo/interruption.ts'
import type { CommandFactory } from './command.ts'
import { duration } from './duration.ts'
import { wholeNumber } from './node-flags.ts'
import { addReportFlags, type ThrottlerReportFlags } from './throttler-reports.ts'

interface ThrottlerFlags extends ThrottlerReportFlags {
  readonly mesosMaster?: string
  readonly cassandraHost?: string
  readonly keyspace?: string
  readonly totalQueries?: number
  readonly queriesPerTask?: number
  readonly parallelism?: number
  readonly workload: string
  readonly param: Readonly<Record<string, string>>
  readonly weight: Readonly<Record<string, number>>
  readonly validate: boolean
  readonly seed?: number
  readonly rate: RateSchedule
  readonly throttle: boolean
  readonly concurrency: number
  readonly errors: 'fail' | 'count'
  readonly interval: number
  readonly duration?: number
  readonly localDatacenter: string
  readonly replication: number
  readonly consistency: Consistency
  readonly placement: Placement
  readonly maxTaskErrors: number
  readonly taskCpus: number
  readonly taskMem: number
  readonly executorMem: number
  readonly executorPath?: string
  readonly role?: string
  readonly principal?: string
  readonly secret?: string
  readonly stateDir?: string
  readonly failoverTimeout: number
  readonly controlPort?: number
}

/** The six of the original, without which it does nothing. */
type Whole = ThrottlerFlags & Required<Pick<ThrottlerFlags, (typeof NEEDED)[number]>>

const NEEDED = [
  'mesosMaster',
  'cassandraHost',
  'keyspace',
  'totalQueries',
  'queriesPerTask',
  'parallelism',
] as const
const MISSING = "Not all program arguments provided, can't continue"
const MOST = 2 ** 31 - 1
const USAGE_CODE = 2
const INTERRUPTED_CODE = 130
const LOOPBACK = '127.0.0.1'

/** `troupe throttler`: puts load on Cassandra by tasks of a cluster. */
export const throttlerCommand: CommandFactory = (environment, finish) =>
  addReportFlags(originalOptions())
    .option('--workload <name>', 'what is run: a built-in one, or the path of a module', 'insert')
    .option('-P, --param <key=value>', 'a parameter of the workload; may be repeated', pair, {})
    .option('--weight <name:number>', 'of one of its operations; may be repeated', weight, {})
    .option('--validate', 'reads check what they find against what the seed has written', false)
    .option('--seed <n>', 'what is drawn comes from it', wholeNumber('seed', 0, MOST))
    .addOption(
      new Option('--rate <rate>', RATE_FORMS)
        .argParser(rate)
        .default({ type: 'closed' } satisfies RateSchedule, 'closed'),
    )
    .option('--throttle', 'forget intended starts that could not be kept', false)
    .option('--concurrency <n>', 'queries under way in a task', wholeNumber('n', 1, 65_536), 1)
    .addOption(
      new Option('--errors <what>', 'what a failed query does: fail its task, or count')
        .choices(['fail', 'count'])
        .default('fail'),
    )
    .addOption(
      new Option('--interval <time>', 'how often tasks report')
        .argParser(duration(10))
        .default(1000, '1secs'),
    )
    .option('--duration <time>', 'end after that, whatever is left', duration(1))
    .option('--local-datacenter <name>', 'whose nodes are asked', 'datacenter1')
    .option('--replication <n>', 'copies, in a keyspace that is made', wholeNumber('n', 1, 100), 1)
    .addOption(
      new Option('--consistency <level>', 'of reads and writes')
        .choices(CONSISTENCY_LEVELS)
        .default('ONE'),
    )
    .addOption(
      new Option('--placement <how>', 'of tasks on agents')
        .choices(['pack', 'spread', 'node-local'])
        .default('pack'),
    )
    .option('--max-task-errors <n>', 'one more ends the run', wholeNumber('n', 0, MOST), 5)
    .option('--task-cpus <cpus>', 'what a task takes', scalar, 1)
    .option('--task-mem <mb>', 'what a task takes, in MB', scalar, 64)
    .option('--executor-mem <mb>', 'what an executor takes besides, in MB', scalar, 96)
    .option('--executor-path <file>', 'a script on the agents that starts the executor')
    .option('--role <role>', 'whose resources it may take')
    .option('--principal <principal>', 'who the framework says it is')
    .option('--secret <secret>', 'by which the principal proves it')
    .option('--state-dir <directory>', 'keep the run there; the same command goes on with it')
    .addOption(
      new Option('--failover-timeout <time>', 'how long its tasks outlive it; needs --state-dir')
        .argParser(duration(0))
        .default(0, '0secs'),
    )
    .option('--control-port <port>', 'answer HTTP on loopback', wholeNumber('port', 0, 65_535))
    .action(async (flags: ThrottlerFlags, command: Command) => {
      if (!isWhole(flags)) {
        environment.processes.stderr.write(`${MISSING}\n`)
        finish(USAGE_CODE)
        return
      }
      const problem = problemOf(flags)
      if (problem !== undefined) command.error(`error: ${problem}`, { exitCode: USAGE_CODE })
      finish(await run(environment, flags))
    })

function originalOptions(): Command {
  const number = (what: string): ((text: string) => number) => wholeNumber(what, 1, MOST)
  return new Command('throttler')
    .description('put load on Cassandra by tasks of a cluster, and measure it')
    .helpOption('--help', 'usage')
    .addOption(
      env('-m, --mesos-master <master>', 'host:port, zk://host:port/path, or local for none'),
    )
    .addOption(env('-h, --cassandra-host <hosts>', 'cassandra hostname, or embedded:<directory>'))
    .addOption(env('-k, --keyspace <name>', 'keyspace name'))
    .addOption(
      env('-t, --total-queries <n>', 'total amount of queries to execute').argParser(
        number('total-queries'),
      ),
    )
    .addOption(
      env(
        '-f, --queries-per-task <n>',
        'amount of queries to execute within single task',
      ).argParser(number('queries-per-task')),
    )
    .addOption(
      env('-p, --parallelism <n>', 'number of tasks run in parallel').argParser(
        number('parallelism'),
      ),
    )
}

/** An option that a variable may give, too. */
function env(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.env(`THROTTLER_${option.name().toUpperCase().replaceAll('-', '_')}`)
}

function isWhole(flags: ThrottlerFlags): flags is Whole {
  return NEEDED.every((name) => flags[name] !== undefined && flags[name] !== '')
}

function problemOf(flags: Whole): string | undefined {
  if (flags.failoverTimeout > 0 && flags.stateDir === undefined) {
    return 'a --failover-timeout needs a --state-dir, by which another scheduler goes on'
  }
  if (flags.secret !== undefined && flags.principal === undefined) {
    return 'a --secret is that of a --principal'
  }
  if (flags.placement === 'node-local' && flags.cassandraHost.startsWith('embedded:')) {
    return '--placement node-local goes by the hosts of Cassandra, and the embedded store has none'
  }
  if (flags.cassandraHost === 'embedded:') return 'embedded: is followed by a directory'
  return undefined
}

async function run(environment: Environment, flags: Whole): Promise<number> {
  const { stdout, stderr } = environment.processes
  const say = (text: string): void => {
    stderr.write(`${text}\n`)
  }
  if (flags.cassandraHost.startsWith('embedded:')) {
    say(
      'The load is on the embedded store, not on Cassandra: its figures are of this machine alone',
    )
  }
  // Before any load: a name that is wrong is told now.
  if (flags.compare !== undefined) await environment.disk.readFile(flags.compare)
  const interruption = new Interruption(environment)
  let isInterrupted = false
  let collector: RunCollector | undefined
  let closeDoor: () => Promise<void> = () => Promise.resolve()
  try {
    const { code, why, state } = await launchRun(environment, {
      plan: planOf(environment, flags),
      load: { startTask, ensureSchema },
      master: masterOf(flags.mesosMaster),
      failoverTimeoutSeconds: flags.failoverTimeout / 1000,
      ...credentialOf(flags),
      ...(flags.role !== undefined && { role: flags.role }),
      ...(flags.stateDir !== undefined && { stateDirectory: flags.stateDir }),
      listener: {
        onSay: say,
        onMeasured: (_task, intervals) => {
          for (const { fromMs, figures } of intervals.flatMap(
            ({ interval }) => collector?.measured(interval) ?? [],
          )) {
            say(`${(fromMs / 1000).toFixed(1)}s  ${figuresLine(figures, flags.interval)}`)
          }
        },
        onTaskEnded: () => undefined,
      },
      onStarted: async (scheduler, begun) => {
        collector = collectorOf(begun)
        if (begun.ended.length + begun.tasks.size > 0) {
          say(`Goes on with run ${begun.runId}: ${begun.done} queries are executed`)
        }
        void interruption.happened.then(() => {
          isInterrupted = true
          scheduler.tell({ type: 'stop', why: 'interrupted' })
        })
        if (flags.controlPort === undefined) return
        const at = { host: LOOPBACK, port: flags.controlPort }
        const door = await openControlDoor(environment, at, scheduler)
        closeDoor = () => Promise.resolve(door.close())
        say(`Control at http://${LOOPBACK}:${door.address.port}`)
      },
    })
    stdout.write(
      `${why}: ${state.done} of ${flags.totalQueries} queries in ${state.ended.length} tasks, at most ${state.most} at once, ${state.errors} failed, ${state.requeued} queued again\n`,
    )
    const report = (collector ?? collectorOf(state)).report(state.ended)
    stdout.write(`${figuresLine(report.figures, report.durationMs)}\n`)
    const { lines, broken } = await writeReports(environment.disk, flags, report)
    for (const line of lines) stdout.write(`${line}\n`)
    for (const limit of broken) say(`Limit broken: ${limit}`)
    if (isInterrupted) return INTERRUPTED_CODE
    return broken.length > 0 ? 1 : code
  } finally {
    interruption.ignore()
    await closeDoor()
  }
}

function collectorOf({ plan: { run: its }, startedMs }: RunState): RunCollector {
  return new RunCollector({
    workload: its.workload.name,
    keyspace: its.keyspace,
    store: its.store.type === 'embedded' ? 'embedded store, not Cassandra' : 'Cassandra',
    startWallMs: startedMs,
    intervalMs: its.intervalMs,
  })
}

function planOf(environment: Environment, flags: Whole): RunPlan {
  const { localDatacenter: localDataCenter, replication, consistency } = flags
  const { params, weights } = { params: flags.param, weights: flags.weight }
  return {
    run: {
      workload: {
        name: flags.workload,
        params,
        ...(Object.keys(weights).length > 0 && { weights }),
      },
      seed: flags.seed ?? environment.random.int(MOST),
      totalOperations: flags.totalQueries,
      keyspace: flags.keyspace,
      store: storeOf(flags.cassandraHost, { localDataCenter, replication, consistency }),
      concurrency: flags.concurrency,
      onError: flags.errors,
      intervalMs: flags.interval,
      isValidating: flags.validate,
      ...(flags.duration !== undefined && { durationMs: flags.duration }),
    },
    operationsPerTask: flags.queriesPerTask,
    parallelism: flags.parallelism,
    maxTaskErrors: flags.maxTaskErrors,
    schedule: flags.rate,
    rateMode: flags.throttle ? 'throttle' : 'open',
    task: { cpus: flags.taskCpus, mem: flags.taskMem },
    executorMem: flags.executorMem,
    executorCommand: executorCommandOf(flags.executorPath),
    placement: flags.placement,
    hosts: hostsOf(flags.cassandraHost).map((one) => one.replace(/:\d+$/, '')),
  }
}

function masterOf(text: string): string {
  return text === 'local' || /^(https?|zk):\/\//.test(text) ? text : `http://${text}`
}

function credentialOf({ principal, secret }: Whole): {
  readonly principal?: string
  readonly http?: { readonly credential: { readonly principal: string; readonly secret: string } }
} {
  if (principal === undefined) return {}
  if (secret === undefined) return { principal }
  return { principal, http: { credential: { principal, secret } } }
}

function rate(text: string): RateSchedule {
  const schedule = readRate(text)
  if (schedule !== undefined) return schedule
  throw new InvalidArgumentError(`A rate is ${RATE_FORMS}.`)
}

function pair(
  text: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at > 0) return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
  throw new InvalidArgumentError('A parameter is key=value.')
}

function weight(
  text: string,
  before: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const [, name = '', number = ''] = /^([^:]+):(\d+(?:\.\d+)?)$/.exec(text) ?? []
  if (name !== '') return { ...before, [name]: Number(number) }
  throw new InvalidArgumentError('A weight is such as read:0.2.')
}

function scalar(text: string): number {
  const value = Number(text)
  if (text !== '' && value > 0 && value <= MOST) return value
  throw new InvalidArgumentError('It is a number above 0.')
}
