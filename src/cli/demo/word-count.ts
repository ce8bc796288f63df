import {
  ActorSystem,
  INSPECTOR_PATH,
  startNode,
  type InspectorRequest,
  type LedgerReply,
  type TroupeNode,
} from '../../actors/index.ts'
import { makeProcessDirectory, nodeProgress, type Environment } from '../../platform/index.ts'
import { SparkContext, type RDD } from '../../spark/index.ts'
import { count, formatLedger } from '../report/ledger.ts'
import { Chaos } from './chaos.ts'
import { Chronicle } from './chronicle.ts'
import { Cluster } from './cluster.ts'
import { countPlainly, totalOf, type WordCounts } from './expected.ts'
import { chooseInput, inMegabytes, type Input } from './input.ts'
import { Interruption } from './interruption.ts'
import { formatChronicle } from './report.ts'
import { wordsOf } from './words.ts'

/** What the demonstration is told. */
export interface WordCountOptions {
  readonly files: readonly string[]
  readonly chaos: boolean
  readonly agents: number
  readonly threads: number
  readonly sizeMb: number
  readonly partitions: number
  readonly top: number
  /** By which driver and master, executors and agents speak. */
  readonly line: 'cbor' | 'http'
}

/** What a count over a cluster came to. */
interface WordCount {
  readonly top: readonly (readonly [string, number])[]
  readonly distinct: number
  readonly total: number
}

/** What has to be ended, whatever happens. */
interface Stage {
  readonly environment: Environment
  readonly cluster: Cluster
  readonly system: ActorSystem
  readonly say: (line: string) => void
}

const INTERRUPTED = 130

/**
 * Runs the demonstration. Resolves to the exit code: 0 when the result equals the plain count, 1 when it does not, 130
 * when it was interrupted. Whatever happens, its processes are ended and its files removed.
 */
export async function runWordCountDemo(
  environment: Environment,
  options: WordCountOptions,
): Promise<number> {
  const { clock, disk, processes } = environment
  const say = (line: string): void => {
    processes.stdout.write(`${line}\n`)
  }
  const startedMs = clock.now()
  const interruption = new Interruption(environment)
  const input = await Promise.race([chooseInput(environment, options, say), interruption.happened])
  if (input === 'interrupted') return INTERRUPTED
  const directory = await makeProcessDirectory(environment, 'demo')
  const cluster = new Cluster(environment, {
    directory,
    agents: options.agents,
    resources: `cpus:${options.threads};mem:1024`,
  })
  const stage = { environment, cluster, system: ActorSystem.create('driver', { environment }), say }
  const work = run(stage, input, options, startedMs)
  try {
    const code = await Promise.race([work, interruption.happened])
    if (code !== 'interrupted') return code
    work.catch(() => undefined) // what ends now ends because it was told to
    processes.stderr.write('\ntroupe: interrupted; ending the cluster\n')
    return INTERRUPTED
  } finally {
    interruption.ignore()
    await stage.system.terminate()
    await cluster.stop()
    await disk.remove(directory)
  }
}

async function run(
  stage: Stage,
  input: Input,
  options: WordCountOptions,
  startedMs: number,
): Promise<number> {
  const { environment, cluster, system, say } = stage
  const { clock } = environment
  await cluster.start()
  say(`cluster    master at ${cluster.master.address} (pid ${cluster.master.process.pid})`)
  for (const { name, address, process } of cluster.agents) {
    say(`           ${name} at ${address} (pid ${process.pid})`)
  }
  if (options.line === 'http') say(`           frameworks come by ${cluster.master.http}`)
  say(`           look inside: npx troupe tree ${cluster.master.address}`)
  const chronicle = new Chronicle(nodeProgress)
  const chaos = new Chaos(environment)
  const sc = await SparkContext.create({
    master:
      options.line === 'http'
        ? `mesos://${cluster.master.http}`
        : `mesos://${cluster.master.address}`,
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
  for (const line of formatTop(result)) say(line)
  say('')
  const took = `${seconds(countedMs - countingMs)} (${seconds(clock.now() - startedMs)} with everything)`
  say(
    `${count(result.total)} words, ${count(result.distinct)} different, from ${inMegabytes(input.sizeBytes)} in ${took}`,
  )
  for (const line of formatChronicle(chronicle, chaos.killing)) say(line)
  say('')
  say('What became of every message')
  say(`  ${formatLedger('driver', system.ledger())}`)
  for (const line of await ledgersOf(stage)) say(`  ${line}`)
  say('')
  return compare(environment, input, result, options, say)
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
    .flatMap((line) => wordsOf(line))
    .map((word): [string, number] => [word, 1])
    .reduceByKey((a, b) => a + b, partitions)
  const ranked = await counts.sortBy(([word, n]) => [-n, word] as const).take(top)
  const distinct = await counts.count()
  const total = distinct === 0 ? 0 : await counts.map(([, n]) => n).reduce((a, b) => a + b)
  return { top: ranked, distinct, total }
}

function formatTop({ top }: WordCount): readonly string[] {
  if (top.length === 0) return ['There is no word in it.']
  const width = Math.max(...top.map(([, n]) => count(n).length))
  return top.map(([word, n]) => `${count(n).padStart(width)}  ${word}`)
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

async function ledgersOf({ environment, cluster }: Stage): Promise<readonly string[]> {
  const watcher = ActorSystem.create('watcher', { environment })
  try {
    const node = await startNode(watcher, { listen: false })
    const replies = await Promise.all(cluster.services.map(({ address }) => inspect(node, address)))
    return cluster.services.map(({ name }, i) =>
      formatLedger(name, (replies[i] as LedgerReply).ledger),
    )
  } finally {
    await watcher.terminate()
  }
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
