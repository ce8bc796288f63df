import type { ColumnId } from './columns.ts'

/** What a row is to reach, by the figures. */
export type EngineTarget =
  /** Of this column, the warm time, as a share of the warm time of Spark. */
  | { readonly type: 'share'; readonly column: ColumnId; readonly atMost: number }
  /** Of this column, the time in the row's unit. */
  | { readonly type: 'time'; readonly column: ColumnId; readonly atMost: number }
  /** Of this column, the peak of memory, as a share of Spark's. */
  | { readonly type: 'memory'; readonly column: ColumnId; readonly atMost: number }

export interface EngineRow {
  readonly id: string
  readonly title: string
  readonly unit: 's' | 'ms'
  /** The name by which programs tell it; a mark (`ready`, `first`) for rows from the start of the process. */
  readonly name: string
  /** How many of what the figure is about a program does at a time, such as jobs. */
  readonly per?: number
  readonly targets: readonly EngineTarget[]
}

/** What one process of each column measures. */
export interface EngineGroup {
  readonly id: string
  readonly inputs: readonly InputName[]
  readonly rows: readonly EngineRow[]
}

export type InputName = 'words' | 'pairs' | 'events' | 'records' | 'points'

/** By the issue: at most half of Spark's memory with ordinary functions, a quarter on bytes. */
const memory: readonly EngineTarget[] = [
  { type: 'memory', column: 'ordinary', atMost: 0.5 },
  { type: 'memory', column: 'recognised', atMost: 0.25 },
]

const shares = (ordinary: number, recognised: number): readonly EngineTarget[] => [
  { type: 'share', column: 'ordinary', atMost: ordinary },
  { type: 'share', column: 'recognised', atMost: recognised },
  ...memory,
]

const time = (column: ColumnId, atMost: number): EngineTarget => ({ type: 'time', column, atMost })

/** In the order of their importance: a run that is out of time leaves out the last. */
export const groups: readonly EngineGroup[] = [
  {
    id: 'engine-wordcount',
    inputs: ['words'],
    rows: [
      {
        id: 'engine-wordcount',
        title: 'word count, 600 MB',
        unit: 's',
        name: 'wordcount',
        targets: shares(0.8, 0.25),
      },
    ],
  },
  {
    id: 'engine-reducebykey',
    inputs: ['pairs'],
    rows: [
      {
        id: 'engine-reducebykey',
        title: 'reduceByKey, 20 M pairs of text, 1 M keys',
        unit: 's',
        name: 'reducebykey',
        targets: shares(0.4, 0.12),
      },
    ],
  },
  {
    id: 'engine-totals',
    inputs: ['events'],
    rows: [
      {
        id: 'engine-totals',
        title: 'campaign totals, 10 M events × 100 k campaigns',
        unit: 's',
        name: 'totals',
        targets: shares(0.6, 0.15),
      },
    ],
  },
  {
    id: 'engine-sort',
    inputs: ['records'],
    rows: [
      {
        id: 'engine-sort',
        title: 'sort, 1 GB of 100-byte records, 256 MB for the engine',
        unit: 's',
        name: 'sort',
        targets: shares(0.4, 0.25),
      },
    ],
  },
  {
    id: 'engine-kmeans',
    inputs: ['points'],
    rows: [
      {
        id: 'engine-kmeans',
        title: 'k-means, 2 M × 10, cached, 20 rounds',
        unit: 's',
        name: 'kmeans',
        targets: shares(1.3, 1.2),
      },
      {
        id: 'engine-kmeans-by-key',
        title: 'the same by reduceByKey, as in the example',
        unit: 's',
        name: 'kmeans-by-key',
        targets: [],
      },
      {
        id: 'engine-kmeans-load',
        title: 'the same: reading and caching the points',
        unit: 's',
        name: 'load',
        targets: [],
      },
    ],
  },
  {
    id: 'engine-sched',
    inputs: [],
    rows: [
      {
        id: 'engine-tasks',
        title: '10,000 empty tasks',
        unit: 's',
        name: 'tasks',
        targets: [time('ordinary', 1)],
      },
      {
        id: 'engine-jobs',
        title: 'a trivial job, of 100',
        unit: 'ms',
        name: 'jobs',
        per: 100,
        targets: [time('ordinary', 2)],
      },
      {
        id: 'engine-shuffle-jobs',
        title: 'a job with a tiny shuffle, of 100',
        unit: 'ms',
        name: 'shuffle-jobs',
        per: 100,
        targets: [time('ordinary', 6)],
      },
    ],
  },
  {
    id: 'engine-start',
    inputs: [],
    rows: [
      {
        id: 'engine-ready',
        title: 'from the start of the process: `sc` ready',
        unit: 'ms',
        name: 'ready',
        targets: [time('ordinary', 300)],
      },
      {
        id: 'engine-first',
        title: 'from the start of the process: the first job done',
        unit: 'ms',
        name: 'first',
        targets: [],
      },
    ],
  },
  {
    id: 'engine-recovery',
    inputs: ['pairs'],
    rows: [
      {
        id: 'engine-recovery',
        title: 'an executor killed at 70 % of a shuffle of 5 M pairs: time added',
        unit: 's',
        name: 'added',
        targets: [{ type: 'share', column: 'ordinary', atMost: 0.5 }],
      },
      {
        id: 'engine-undisturbed',
        title: 'the same, undisturbed',
        unit: 's',
        name: 'undisturbed',
        targets: [],
      },
    ],
  },
  ...[1, 4, 16].map((times): EngineGroup => ({
    id: `engine-scaling-${String(times)}`,
    inputs: ['records'],
    rows: [
      {
        id: `engine-scaling-${String(times)}`,
        title: `sort in a heap of 512 MB, ${String(times)}× (62.5 MB is 1×)`,
        unit: 's',
        name: 'sort',
        targets: [],
      },
    ],
  })),
]
