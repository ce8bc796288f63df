import type { FaultTemplate, Play, Scenario, Stage } from '../../../actors/testkit/index.ts'
import type { Pair, RDD } from '../../../spark/index.ts'
import { Cluster, MAX_FAULTS, TEXT_PATH, clusterWorld } from './cluster.ts'
import { playJobs, wear } from './scenarios.ts'

const GROUPS = 17
const EVENTS = 400
const ROUNDS = 2

/** Names of groups, and events with the group that they belong to. */
const TEXT = [
  ...Array.from({ length: GROUPS }, (_, i) => `group k${i} name-${i % 5}`),
  ...Array.from({ length: EVENTS }, (_, i) => `event k${(i * 7) % GROUPS} ${i}`),
].join('\n')

/** What one round comes to. */
interface Totals {
  readonly byName: readonly Pair<string, number>[]
  readonly perKey: readonly Pair<string, number>[]
  /** All lines in order: as one text, since order is what is to be seen. */
  readonly inOrder: string
  readonly largest: number
  readonly names: readonly string[]
  readonly perName: readonly Pair<string, number>[]
  /** How many, and their sum. */
  readonly folded: readonly Pair<string, Pair<number, number>>[]
  readonly most: readonly Pair<string, number>[]
}

/** Lines, pairs, joined rows, sums, counts and sorted lines that stay columns from the reader to the result. */
async function totals({ context }: Cluster): Promise<Totals> {
  const lines = context.textFile(TEXT_PATH, 4)
  const names = lines
    .filter((line) => line.startsWith('group'))
    .map((line): Pair<string, string> => [line.split(' ')[1] ?? '', line.split(' ')[2] ?? ''])
  const events = lines
    .filter((line) => line.startsWith('event'))
    .map((line): Pair<string, number> => {
      const [, key, amount] = line.split(' ')
      return [key ?? '', Number(amount)]
    })
  const joined: RDD<Pair<string, Pair<number, string>>> = events.join(names, 3).persist()
  const byName = await joined
    .map(([, [amount, name]]): Pair<string, number> => [name, amount])
    .reduceByKey((a, b) => a + b, 3)
    .collect()
  // Reads what was kept of the rows, or computes it again.
  const perKey = await joined
    .map(([key, [amount]]): Pair<string, number> => [key, amount])
    .reduceByKey((a, b) => Math.max(a, b), 2)
    .collect()
  const sorted = await lines.sortBy((line) => line, true, 3).collect()
  const largest = await events.values().reduce((a, b) => Math.max(a, b))
  const distinct = await names.values().distinct(2).collect()
  const perName = await joined.map(([, [, name]]) => name).countByValue()
  const folded = await events
    .aggregateByKey(
      [0, 0] as Pair<number, number>,
      ([count, sum], amount): Pair<number, number> => [count + 1, sum + amount],
      ([a, b], [c, d]): Pair<number, number> => [a + c, b + d],
      2,
    )
    .collect()
  const most = await events.foldByKey(0, (a, b) => Math.max(a, b), 2).collect()
  await joined.unpersist()
  return {
    byName,
    perKey,
    inOrder: sorted.join(),
    largest,
    names: distinct,
    perName: [...perName],
    folded,
    most,
  }
}

const node = 'mesos-executor-main-*'
const brokenDisks: readonly FaultTemplate[] = [
  {
    type: 'exactly',
    fault: { type: 'fail-disk', node, operation: 'write', forMs: 400 },
    weight: 2,
  },
  { type: 'exactly', fault: { type: 'fail-disk', node, operation: 'read', forMs: 400 }, weight: 2 },
  { type: 'exactly', fault: { type: 'tear-write', node }, weight: 2 },
  { type: 'exactly', fault: { type: 'slow-disk', node, delayMs: 50, forMs: 500 } },
]

/** What runs on columns, while executors end, links break and disks fail. */
export const columns: Scenario<readonly Totals[]> = {
  name: 'columns',
  description: 'joins, sums and sorts on columns while executors, threads, links and disks fail',
  world: clusterWorld,
  limitMs: 300_000,
  restMs: 30_000,
  twin: 'once',
  faults: {
    atLeast: 1,
    atMost: MAX_FAULTS,
    withinMs: [0, 1_500],
    kinds: [
      { type: 'kill-process', node, weight: 4 },
      { type: 'kill-thread', node, weight: 3 },
      {
        type: 'reset-link',
        from: node,
        to: node,
        weight: 2,
      },
      {
        type: 'cut-link',
        from: node,
        to: node,
        forMs: [50, 6_000],
      },
      { type: 'fill-disk', node, forMs: [20, 1_000], weight: 3 },
      ...brokenDisks,
      ...wear,
    ],
  },
  start: (stage: Stage): Promise<Play<readonly Totals[]>> => {
    const cluster = new Cluster(stage, TEXT)
    return playJobs(stage, cluster, [() => totals(cluster)], ROUNDS)
  },
}
