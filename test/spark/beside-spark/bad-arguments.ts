import type { Action, Op, Program, Source, Trial } from './program.ts'

const NUMBERS: Source = { rows: [3, 1, 2, 5, 4], slices: 3 }
const NONE: Source = { rows: [], slices: 3 }
const PAIRS: Source = {
  rows: [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ],
  slices: 2,
}

function trial(source: Source, ops: readonly Op[], ...actions: readonly Action[]): Trial {
  return { source, ops, actions: actions.length === 0 ? [{ action: 'collect' }] : actions }
}

function of(source: Source, ...ops: readonly Op[]): Program {
  return { source, ops }
}

/** Arguments at and beyond the edge, and rows that there are none of: Spark and we answer the same. */
export const EDGES: readonly Trial[] = [
  trial(
    NUMBERS,
    [],
    { action: 'take', n: 0 },
    { action: 'takeOrdered', n: 0 },
    { action: 'top', n: 0 },
  ),
  trial(NUMBERS, [], { action: 'takeSample', n: -1 }),
  trial(NUMBERS, [], { action: 'takeSample', n: 9 }, { action: 'takeSample', n: 9, again: true }),
  trial(NUMBERS, [], { action: 'take', n: 99 }, { action: 'top', n: 99 }),
  ...[NONE, { empty: true } as const].map((source) =>
    trial(
      source,
      [],
      ...[
        'collect',
        'count',
        'isEmpty',
        'first',
        'min',
        'max',
        'reduce',
        'countByValue',
        'sum',
      ].map((action) => ({ action })),
      { action: 'numPartitions' },
      { action: 'fold', zero: 1 },
      { action: 'aggregate', zero: 1 },
      { action: 'treeReduce', depth: 2 },
      { action: 'treeAggregate', zero: 1, depth: 2 },
      { action: 'take', n: 3 },
      { action: 'top', n: 3 },
      { action: 'takeOrdered', n: 3 },
      { action: 'takeSample', n: 3 },
      { action: 'histogram', n: 3 },
      { action: 'histogram', buckets: [0, 1] },
      { action: 'countApprox', confidence: 0.9 },
      { action: 'sumApprox', confidence: 0.9 },
      { action: 'meanApprox', confidence: 0.9 },
    ),
  ),
  trial(
    NONE,
    [],
    ...['mean', 'stats', 'variance', 'sampleVariance', 'stdev', 'sampleStdev'].map((action) => ({
      action,
    })),
  ),
  trial({ rows: [7], slices: 1 }, [], { action: 'sampleVariance' }, { action: 'sampleStdev' }),
  trial(
    { rows: [7, 7], slices: 1 },
    [],
    { action: 'histogram', n: 1 },
    { action: 'histogram', n: 4 },
  ),
  trial(NUMBERS, [], { action: 'histogram', n: 1 }),
  trial(NUMBERS, [], { action: 'histogram', n: 0 }),
  trial(NUMBERS, [], { action: 'histogram', n: -2 }),
  trial(NUMBERS, [], { action: 'histogram', buckets: [] }),
  trial(NUMBERS, [], { action: 'histogram', buckets: [1] }),
  trial(NUMBERS, [], { action: 'histogram', buckets: [1, 3] }),
  trial(NUMBERS, [], { action: 'histogram', buckets: [1, 2, 9] }),
  trial(NUMBERS, [], { action: 'countApprox', confidence: 2 }),
  ...[0, 1, 2, 5].map((depth) =>
    trial(
      { rows: [1, 2, 3, 4, 5, 6, 7, 8, 9], slices: 9 },
      [],
      { action: 'treeReduce', depth },
      { action: 'treeAggregate', zero: 1, depth },
    ),
  ),
  trial({ range: [0, 5, 0], slices: 2 }, []),
  trial({ range: [5, 0, -2], slices: 3 }, [], { action: 'partitions' }),
  trial({ range: [5, 0, 2], slices: 3 }, [], { action: 'partitions' }),
  ...[0, -1].flatMap((n) => [
    trial(NUMBERS, [{ op: 'coalesce', n }]),
    trial(NUMBERS, [{ op: 'coalesce', n, shuffle: true }]),
    trial(NUMBERS, [{ op: 'repartition', n }]),
  ]),
  ...[-0.5, 0, 1, 1.5].flatMap((fraction) => [
    trial(NUMBERS, [{ op: 'sample', fraction }], { action: 'isEmpty' }),
    trial(NUMBERS, [{ op: 'sample', fraction, again: true }], { action: 'isEmpty' }),
  ]),
  trial(NUMBERS, [{ op: 'sample', fraction: 2 }]),
  trial(NUMBERS, [{ op: 'randomSplit', weights: [0, 0] }], { action: 'count' }),
  trial(NUMBERS, [{ op: 'randomSplit', weights: [-1, 2] }], { action: 'count' }),
  trial(NUMBERS, [{ op: 'randomSplit', weights: [] }], { action: 'count' }),
  trial(NUMBERS, [{ op: 'zip', other: of({ rows: [1, 2, 3, 4, 5], slices: 2 }) }]),
  trial(NUMBERS, [{ op: 'zip', other: of({ rows: [1, 2, 3, 4], slices: 3 }) }]),
  trial(NUMBERS, [{ op: 'zipPartitions', other: of({ rows: [1], slices: 2 }) }]),
  trial(NUMBERS, [{ op: 'map', f: 'fails' }]),
  trial(
    NUMBERS,
    [
      { op: 'map', f: 'fails' },
      { op: 'repartition', n: 2 },
    ],
    { action: 'count' },
  ),
  trial(
    NUMBERS,
    [{ op: 'cartesian', other: of({ empty: true }) }],
    { action: 'numPartitions' },
    { action: 'count' },
  ),
  trial({ empty: true }, [{ op: 'coalesce', n: 2 }], { action: 'numPartitions' }),
  ...['zipWithIndex', 'glom', 'sortBy', 'repartition', 'coalesce', 'keyBy', 'zipWithUniqueId'].map(
    (op) =>
      trial(
        { empty: true },
        [{ op, asc: true, f: 'mod7', n: 3 }],
        { action: 'numPartitions' },
        { action: 'partitions' },
        { action: 'count' },
      ),
  ),
  ...['distinct', 'reduceByKey', 'groupByKey', 'subtractByKey', 'join'].map((op) =>
    trial({ empty: true }, [{ op, other: 'self' }], { action: 'numPartitions' }),
  ),
  ...['sortByKey', 'keys', 'mapValues'].map((op) =>
    trial(
      { empty: true },
      [{ op, asc: true }],
      { action: 'numPartitions' },
      { action: 'partitioner' },
      { action: 'count' },
    ),
  ),
  trial(
    { empty: true },
    [{ op: 'union', other: of(NUMBERS) }],
    { action: 'numPartitions' },
    { action: 'partitions' },
  ),
  trial(
    NUMBERS,
    [{ op: 'union', other: of({ empty: true }) }],
    { action: 'numPartitions' },
    { action: 'partitions' },
  ),
  trial(
    PAIRS,
    [{ op: 'join', other: of({ empty: true }) }],
    { action: 'numPartitions' },
    { action: 'count' },
  ),
  trial(
    PAIRS,
    [{ op: 'fullOuterJoin', other: of({ empty: true }) }],
    { action: 'numPartitions' },
    { action: 'partitioner' },
  ),
  trial(PAIRS, [], { action: 'lookup', key: 'none' }, { action: 'lookup', key: 'a' }),
  trial(
    PAIRS,
    [{ op: 'partitionBy', by: 3 }],
    { action: 'lookup', key: 'none' },
    { action: 'lookup', key: 'a' },
  ),
  trial(
    PAIRS,
    [{ op: 'sortByKey', asc: true, n: 2 }],
    { action: 'lookup', key: 'zz' },
    { action: 'lookup', key: 'a' },
  ),
  trial(PAIRS, [{ op: 'filterByRange', from: 'z', to: 'a' }]),
  trial(
    PAIRS,
    [
      { op: 'sortByKey', asc: true },
      { op: 'filterByRange', from: 'b', to: 'z' },
    ],
    { action: 'partitions' },
  ),
  trial(
    PAIRS,
    [
      { op: 'sortByKey', asc: false },
      { op: 'filterByRange', from: 'a', to: 'a' },
    ],
    { action: 'partitions' },
  ),
  trial(PAIRS, [{ op: 'sampleByKeyExact', fraction: -1, keys: ['a', 'b'] }]),
  trial(PAIRS, [{ op: 'sampleByKeyExact', fraction: 1, keys: ['a', 'b'], again: true }], {
    action: 'count',
  }),
]

/** Where we answer something else than Spark, and why. */
export const ELSE: readonly { readonly why: string; readonly trials: readonly Trial[] }[] = [
  {
    why: 'a number that can only be a mistake is refused, and at once (Spark: no rows, or a job that fails)',
    trials: [
      ...['take', 'takeOrdered', 'top'].map((action) => trial(NUMBERS, [], { action, n: -1 })),
      trial({ rows: [1, 2], slices: 0 }, []),
      trial({ range: [0, 5, 1], slices: 0 }, []),
      trial(NUMBERS, [{ op: 'distinct', over: 0 }]),
      trial(NUMBERS, [{ op: 'sortBy', asc: true, n: 0 }]),
      trial(PAIRS, [{ op: 'reduceByKey', over: 0 }]),
      trial(PAIRS, [{ op: 'partitionBy', over: 0 }]),
      trial(PAIRS, [{ op: 'sortByKey', asc: true, n: 0 }]),
      trial(PAIRS, [{ op: 'join', other: of(PAIRS), over: 0 }]),
      trial(NUMBERS, [], { action: 'histogram', buckets: [5, 3, 1] }),
      trial(NUMBERS, [], { action: 'countApprox', confidence: 1 }),
      trial(PAIRS, [{ op: 'sampleByKeyExact', fraction: 1.5, keys: ['a', 'b'] }]),
    ],
  },
  {
    why: 'numbers without a partition are summed up as those in empty ones (Spark: refused as empty)',
    trials: ['mean', 'stats', 'variance', 'stdev'].map((action) =>
      trial({ empty: true }, [], { action }),
    ),
  },
  {
    why: 'pairs whose key has no fraction are left out (Spark: the job fails)',
    trials: [trial(PAIRS, [{ op: 'sampleByKeyExact', fraction: 1, keys: ['a'] }])],
  },
]
