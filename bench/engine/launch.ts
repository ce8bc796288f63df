import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from '../runtimes.ts'
import { columns, type ColumnId } from './columns.ts'
import type { SkalePeer, SparkPeer } from './peers.ts'

/** What programs are started with. */
export interface Setting {
  readonly scale: number
  /** Where the inputs are. */
  readonly data: string
  /** A folder for what programs write; the harness empties it. */
  readonly work: string
  readonly spark: SparkPeer | undefined
  readonly skale: SkalePeer | undefined
  /** In place of the heaps on record. */
  readonly sparkHeap?: string
}

/** How a group of rows is measured in a column. */
export interface Launch {
  readonly command: Command
  /** Processes one after the other; 1 unless only one figure comes of each. */
  readonly processes: number
}

interface Plan {
  /** The program of ours, `engine-<program>.ts`; its arguments; flags of Node. */
  readonly program: string
  readonly args?: readonly string[]
  readonly flags?: readonly string[]
  /** Columns of ours; all by default. */
  readonly forms?: readonly ColumnId[]
  /** How many tasks, for programs that take them. */
  readonly tasks?: number
  /** The class in bench/peers/spark, and its arguments behind the folder and the runs. */
  readonly spark: string
  readonly sparkArgs?: readonly string[]
  readonly sparkOptions?: readonly string[]
  /** The heap that the row is about; that on record otherwise. */
  readonly heap?: string
  /** What bench/peers/skale/run.cjs calls it. */
  readonly skale?: string
  /** The program by hand, `node-<program>.ts`, and the columns it has. */
  readonly node?: string
  readonly nodeColumns?: readonly ColumnId[]
  /** How often the work is done in a process (of recovery, how many kills), and how many processes there are; `skale` where it is slower than patience. */
  readonly runs?: number
  readonly skaleRuns?: number
  readonly processes?: Partial<Record<ColumnId, number>>
}

/** A heap of which 256 MB are for execution and storage: (727 - 300) × 0.6. */
const SORT_HEAP_MB = 727
const SCALING_HEAP_MB = 512
const SORT_PARTS = '30'
const SCALING_PARTS = '4'
const RUNS = 3
/** Of columns that are slow, and no target is about. */
const LESS_RUNS = 2
const KILLS = 5

const heapFlag = (mb: number): readonly string[] => [`--max-old-space-size=${String(mb)}`]

const scaling = (times: string): Plan => ({
  program: 'sort',
  args: [`--file=records-${times}.txt`, `--parts=${SCALING_PARTS}`],
  flags: heapFlag(SCALING_HEAP_MB),
  forms: ['recognised'],
  spark: 'Sort',
  sparkArgs: [`records-${times}.txt`, SCALING_PARTS, 'OUTPUT'],
  heap: `${String(SCALING_HEAP_MB)}m`,
  runs: 2,
})

const plans: Readonly<Record<string, Plan>> = {
  'engine-wordcount': {
    program: 'wordcount',
    spark: 'WordCount',
    skale: 'wordcount',
    skaleRuns: 1,
    node: 'wordcount',
  },
  'engine-reducebykey': {
    program: 'reducebykey',
    spark: 'ReduceByKey',
    skale: 'reducebykey',
    node: 'reducebykey',
  },
  'engine-totals': { program: 'totals', spark: 'Totals', skale: 'totals', node: 'totals' },
  'engine-sort': {
    program: 'sort',
    args: [`--parts=${SORT_PARTS}`],
    flags: heapFlag(SORT_HEAP_MB),
    spark: 'Sort',
    sparkArgs: ['records-16.txt', SORT_PARTS, 'OUTPUT'],
    heap: `${String(SORT_HEAP_MB)}m`,
    skale: 'sort',
    skaleRuns: 1,
    node: 'sort',
    nodeColumns: ['node-bytes'],
    runs: 2,
  },
  'engine-kmeans': { program: 'kmeans', spark: 'KMeans', skale: 'kmeans', node: 'kmeans' },
  'engine-sched': {
    program: 'sched',
    tasks: 10_000,
    forms: ['ordinary'],
    spark: 'Scheduling',
    skale: 'sched',
    skaleRuns: 1,
    node: 'sched',
    nodeColumns: ['node'],
    runs: 4,
  },
  'engine-start': {
    program: 'start',
    forms: ['ordinary'],
    spark: 'Start',
    processes: { ordinary: 9, spark: 3 },
  },
  'engine-recovery': {
    program: 'recovery',
    forms: ['ordinary'],
    spark: 'Recovery',
    sparkOptions: [
      ...['--conf', 'spark.executor.memory=1g', '--conf', 'spark.executor.cores=1'],
      ...['--conf', 'spark.driver.host=127.0.0.1'],
    ],
    runs: KILLS,
  },
  'engine-scaling-1': scaling('1'),
  'engine-scaling-4': scaling('4'),
  'engine-scaling-16': scaling('16'),
}

/** Where sorted records are written. */
export const outputOf = (setting: Setting): string => join(setting.work, 'sorted')

/** How a column measures a group, or nothing if it doesn't. */
export function launchOf(group: string, column: ColumnId, setting: Setting): Launch | undefined {
  const whole = plans[group]
  const plan = whole && setting.scale < 1 ? shortened(whole) : whole
  const command = plan && commandOf(plan, column, setting)
  if (command === undefined) return undefined
  return { command, processes: plan?.processes?.[column] ?? 1 }
}

/** A run with a share of the inputs only shows that all of it works. */
function shortened(plan: Plan): Plan {
  return {
    ...plan,
    ...(plan.tasks !== undefined && { tasks: plan.tasks / 10 }),
    runs: plan.spark === 'Recovery' ? 1 : 2,
    skaleRuns: 1,
    processes: {},
  }
}

function commandOf(plan: Plan, column: ColumnId, setting: Setting): Command | undefined {
  switch (columns[column].runtime) {
    case 'troupe':
      return plan.forms?.includes(column) === false ? undefined : own(plan, column, setting)
    case 'spark':
      return setting.spark && spark(plan, setting.spark, setting)
    case 'skale':
      return setting.skale && skale(plan, setting.skale, setting)
    case 'node':
      return byHand(plan, column, setting)
  }
}

const programOf = (name: string): string =>
  fileURLToPath(new URL(`../programs/${name}.js`, import.meta.url))

/** A program of ours in the package as it is installed, which `npm run bench` has made. */
const packedProgramOf = (name: string): string =>
  fileURLToPath(new URL(`../../package/build/bench/programs/${name}.js`, import.meta.url))

function own(plan: Plan, form: ColumnId, setting: Setting): Command {
  const { program, args = [], flags = [], runs = RUNS } = plan
  const { tasks = 0 } = plan
  const times = form === 'outside' ? Math.min(runs, LESS_RUNS) : runs
  return {
    file: process.execPath,
    args: [
      ...flags,
      packedProgramOf(`engine-${program}`),
      `--tasks=${String(tasks)}`,
      ...[`--form=${form}`, `--runs=${String(times)}`, `--data=${setting.data}`],
      ...[`--output=${outputOf(setting)}`, ...args],
    ],
  }
}

function byHand(plan: Plan, column: ColumnId, setting: Setting): Command | undefined {
  const { node, nodeColumns = ['node', 'node-bytes'], runs = RUNS } = plan
  if (node === undefined || !nodeColumns.includes(column)) return undefined
  const form = column === 'node-bytes' ? 'bytes' : 'ordinary'
  const times = column === 'node-bytes' || node === 'sched' ? runs : Math.min(runs, LESS_RUNS)
  return {
    file: process.execPath,
    args: [
      '--max-old-space-size=6000',
      programOf(`node-${node}`),
      `--tasks=${String(plan.tasks ?? 0)}`,
      ...[`--form=${form}`, `--runs=${String(times)}`, `--data=${setting.data}`],
      `--output=${outputOf(setting)}`,
    ],
  }
}

function spark(plan: Plan, peer: SparkPeer, setting: Setting): Command {
  const isCluster = plan.spark === 'Recovery'
  const heap = setting.sparkHeap ?? plan.heap ?? peer.heaps[plan.spark] ?? '4g'
  const conf = {
    'spark.ui.enabled': 'false',
    'spark.log.level': 'ERROR',
    'spark.local.dir': join(setting.work, 'spark'),
    ...(isCluster && { 'spark.jars': peer.jar }),
  }
  return {
    file: join(peer.home, 'bin', 'spark-submit'),
    args: [
      ...['--master', isCluster ? 'local-cluster[2,1,1024]' : 'local[2]', '--driver-memory', heap],
      ...Object.entries(conf).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
      ...(plan.sparkOptions ?? []),
      ...['--class', plan.spark, peer.jar, setting.data, String(plan.runs ?? RUNS)],
      ...(plan.tasks === undefined ? [] : [String(plan.tasks)]),
      ...(plan.sparkArgs ?? []).map((arg) => (arg === 'OUTPUT' ? outputOf(setting) : arg)),
    ],
    env: { SPARK_HOME: peer.home, SPARK_LOCAL_IP: '127.0.0.1', SPARK_CONF_DIR: setting.work },
  }
}

function skale(plan: Plan, peer: SkalePeer, setting: Setting): Command | undefined {
  if (plan.skale === undefined) return undefined
  const runs = String(plan.skaleRuns ?? plan.runs ?? 2)
  return {
    file: process.execPath,
    args: [
      '--max-old-space-size=6000',
      peer.program,
      plan.skale,
      runs,
      setting.data,
      String(plan.tasks ?? 0),
    ],
    env: { SKALE_HOME: peer.home, SKALE_WORKERS: '2' },
  }
}
