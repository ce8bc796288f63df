import {
  ActorSystem,
  INSPECTOR_PATH,
  startNode,
  type InspectorRequest,
  type LedgerReply,
  type TroupeNode,
} from '../../actors/index.ts'
import { AGENT_PATH, type AgentMessage, type AgentSnapshot } from '../../mesos/index.ts'
import { nodeProgress, type Environment } from '../../platform/index.ts'
import { SparkContext, type RDD } from '../../spark/index.ts'
import { count, formatLedger } from '../report/ledger.ts'
import { Chaos } from './chaos.ts'
import { Chronicle } from './chronicle.ts'
import { Cluster } from './cluster.ts'
import { countPlainly, totalOf, type WordCounts } from './expected.ts'
import { formatChronicle } from './report.ts'
import { DEMO_TEXT, makeText } from './text.ts'

/** What the demonstration is told. */
export interface WordCountOptions {
  readonly files: readonly string[]
  readonly chaos: boolean
  readonly agents: number
  readonly threads: number
  readonly sizeMb: number
  readonly partitions: number
  readonly top: number
}

const CACHE: string = decodeURIComponent(new URL('../../../../.cache', import.meta.url).pathname)
const MEGABYTE = 1_000_000
/** Files of the user's own are counted plainly as well, for comparison, up to this size in all. */
const CHECK_LIMIT_BYTES = 512 * MEGABYTE

/** What a count over a cluster came to. */
interface WordCount {
  readonly top: readonly (readonly [string, number])[]
  readonly distinct: number
  readonly total: number
}

/** Runs the demonstration. Resolves to the exit code: 0 when the result equals the plain count. */
export async function runWordCountDemo(
  environment: Environment,
  options: WordCountOptions,
): Promise<number> {
  const { clock, disk, processes } = environment
  const say = (line: string): void => {
    processes.stdout.write(`${line}\n`)
  }
  const startedMs = clock.now()
  const input = await chooseInput(environment, options, say)
  const directory = await disk.makeTemporaryDirectory('troupe-demo-')
  const cluster = await Cluster.start(environment, {
    directory,
    agents: options.agents,
    resources: `cpus:${options.threads};mem:1024`,
  })
  const system = ActorSystem.create('driver', { environment })
  const forget = (['SIGINT', 'SIGTERM'] as const).map((signal) =>
    processes.onSignal(signal, () => {
      void cluster.stop().then(() => {
        processes.exit(130)
      })
    }),
  )
  try {
    say(`cluster    master at ${cluster.master.address} (pid ${cluster.master.process.pid})`)
    for (const { name, address, process } of cluster.agents) {
      say(`           ${name} at ${address} (pid ${process.pid})`)
    }
    say(`           look inside: troupe tree ${cluster.master.address}`)
    const watcher = ActorSystem.create('watcher', { environment })
    const node = await startNode(watcher, { listen: false })
    const chronicle = new Chronicle(nodeProgress)
    const chaos = new Chaos(environment, (executorId) => pidOf(node, cluster, executorId))
    const sc = await SparkContext.create({
      master: `mesos://${cluster.master.address}`,
      appName: 'wordcount',
      system,
      conf: { 'spark.cores.max': options.agents * options.threads },
      listener: (event) => {
        chronicle.listener(event)
        if (options.chaos) chaos.listener(event)
      },
    })
    const countingMs = clock.now()
    const result = await countWords(sc, input.paths, options).finally(() => {
      chronicle.close()
    })
    const countedMs = clock.now()
    await sc.stop()
    say('')
    printTop(say, result)
    say('')
    say(
      `${count(result.total)} words, ${count(result.distinct)} different, from ${(input.sizeBytes / MEGABYTE).toFixed(0)} MB in ${seconds(countedMs - countingMs)} (${seconds(clock.now() - startedMs)} with everything)`,
    )
    for (const line of formatChronicle(chronicle, chaos.killing)) say(line)
    say('')
    say('What became of every message')
    say(`  ${formatLedger('driver', system.ledger())}`)
    for (const { name, address } of cluster.services) {
      say(`  ${formatLedger(name, (await inspect(node, address)).ledger)}`)
    }
    await watcher.terminate()
    say('')
    return await compare(environment, input, result, options, say)
  } finally {
    for (const off of forget) off()
    await system.terminate()
    await cluster.stop()
    await disk.remove(directory)
  }
}

interface Input {
  readonly paths: readonly string[]
  readonly sizeBytes: number
  /** The files to count plainly, and how often each stands in the input. */
  readonly plain: { readonly paths: readonly string[]; readonly copies: number } | undefined
}

/** The user's files, or a text made from the one that comes with the project. */
async function chooseInput(
  environment: Environment,
  options: WordCountOptions,
  say: (line: string) => void,
): Promise<Input> {
  const { disk } = environment
  if (options.files.length > 0) {
    let sizeBytes = 0
    for (const path of options.files) {
      const file = await disk.open(path)
      sizeBytes += file.sizeBytes
      await file.close()
    }
    say(`text       ${options.files.join(', ')} (${(sizeBytes / MEGABYTE).toFixed(1)} MB)`)
    const isSmall = sizeBytes <= CHECK_LIMIT_BYTES
    const plain = isSmall ? { paths: options.files, copies: 1 } : undefined
    return { paths: options.files, sizeBytes, plain }
  }
  const text = await makeText(disk, DEMO_TEXT, CACHE, options.sizeMb * MEGABYTE)
  say(
    `text       ${text.copies} copies of the King James Bible (${(text.sizeBytes / MEGABYTE).toFixed(0)} MB)`,
  )
  return {
    paths: [text.path],
    sizeBytes: text.sizeBytes,
    plain: { paths: [DEMO_TEXT], copies: text.copies },
  }
}

/** The job itself. */
async function countWords(
  sc: SparkContext,
  paths: readonly string[],
  { partitions, top }: WordCountOptions,
): Promise<WordCount> {
  const [first, ...others] = paths.map((path) => sc.textFile(path))
  const lines = others.reduce((all, one) => all.union(one), first as RDD<string>)
  const counts = lines
    .flatMap((line) => line.toLowerCase().match(/[a-z']+/g) ?? [])
    .map((word): [string, number] => [word, 1])
    .reduceByKey((a, b) => a + b, partitions)
  const ranked = await counts.sortBy(([word, n]) => [-n, word] as const).take(top)
  const distinct = await counts.count()
  const total = await counts.map(([, n]) => n).reduce((a, b) => a + b)
  return { top: ranked, distinct, total }
}

function printTop(say: (line: string) => void, { top }: WordCount): void {
  const width = Math.max(...top.map(([, n]) => count(n).length))
  for (const [word, n] of top) say(`${count(n).padStart(width)}  ${word}`)
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** The process of an executor, by the agent that started it: to Mesos the executor's id is `<application>-<id>`. */
async function pidOf(
  node: TroupeNode,
  cluster: Cluster,
  executorId: string,
): Promise<number | undefined> {
  for (const { address } of cluster.agents) {
    const peer = await node.join(address)
    const agent = await peer.resolve<AgentMessage>(AGENT_PATH)
    const state = await agent.ask<AgentSnapshot>((replyTo) => ({ type: 'get-state', replyTo }))
    const executor = state.executors.find((one) => one.executorId.endsWith(`-${executorId}`))
    if (executor?.pid !== undefined) return executor.pid
  }
  return undefined
}

async function inspect(node: TroupeNode, address: string): Promise<LedgerReply> {
  const peer = await node.join(address)
  const inspector = await peer.resolve<InspectorRequest>(INSPECTOR_PATH)
  return inspector.ask<LedgerReply>((replyTo) => ({ type: 'GetLedger', replyTo }))
}

/** Compares with the plain count of the same text. */
async function compare(
  { disk }: Environment,
  { plain }: Input,
  result: WordCount,
  { top }: WordCountOptions,
  say: (line: string) => void,
): Promise<number> {
  if (plain === undefined) {
    say('The text is too large to be counted plainly as well: not compared.')
    return 0
  }
  const expected: WordCounts = new Map()
  for (const path of plain.paths) await countPlainly(disk, path, expected)
  const ranked = [...expected]
    .map(([word, n]): [string, number] => [word, n * plain.copies])
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  const isEqual =
    result.distinct === ranked.length &&
    result.total === totalOf(ranked) &&
    JSON.stringify(result.top) === JSON.stringify(ranked.slice(0, top))
  say(
    isEqual
      ? 'The result equals that of a plain, undisturbed count.'
      : 'THE RESULT DIFFERS from that of a plain, undisturbed count.',
  )
  return isEqual ? 0 : 1
}
