import { SeededRandom } from '../../../src/spark/rdd/sampling/seeded-random.ts'
import type { Action, Op, Program, Source, Spread, Trial } from './program.ts'

/** What rows are: integers, texts, pairs of an integer or a text and an integer. */
type Kind = 'int' | 'text' | 'intPair' | 'textPair'

/** What both engines promise of rows: which there are, in which partition each is, and in which order there. */
export type Promised = 'rows' | 'places' | 'order'

interface State {
  readonly kind: Kind
  readonly promised: Promised
  /** At most. */
  readonly rows: number
}

interface Step {
  readonly op: Op
  readonly next: State
}

/** A trial, and how much of its partitions is to be compared. */
export interface Drawn {
  readonly trial: Trial
  readonly promised: Promised
}

const MOST_ROWS = 3_000
const LEVELS: readonly Promised[] = ['rows', 'places', 'order']

/** Chains of operators over random rows, each with the actions that its rows have. */
export function drawTrials(seed: number, count: number): readonly Drawn[] {
  return Array.from({ length: count }, (_, i) => new Drawing(new SeededRandom(seed, i)).trial())
}

class Drawing {
  readonly #random: SeededRandom

  constructor(random: SeededRandom) {
    this.#random = random
  }

  trial(): Drawn {
    const { program, state } = this.#program(1 + this.#random.int(5), true)
    const actions = [
      { action: 'numPartitions' },
      { action: 'partitioner' },
      { action: 'partitions' },
      ...this.#some(this.#actions(state), 4),
    ]
    return { trial: { ...program, actions }, promised: state.promised }
  }

  #program(
    length: number,
    hasOthers: boolean,
    wanted?: Kind,
  ): { readonly program: Program; readonly state: State } {
    for (;;) {
      let state = this.#beginning()
      const source = this.#source(state)
      const ops: Op[] = []
      for (let i = 0; i < length; i += 1) {
        const step = this.#one(this.#steps(state, hasOthers).filter(isSmall))
        ops.push(step().op)
        state = step().next
      }
      if (wanted === undefined || state.kind === wanted) return { program: { source, ops }, state }
    }
  }

  #beginning(): State {
    return {
      kind: this.#one(['int', 'int', 'text', 'intPair', 'textPair']),
      promised: 'order',
      rows: 30,
    }
  }

  #source({ kind, rows }: State): Source {
    const slices = 1 + this.#random.int(6)
    if (kind === 'int' && this.#random.int(5) === 0) {
      const step = 1 + this.#random.int(4)
      const start = this.#random.int(40) - 20
      return { range: [start, start + this.#random.int(rows * step), step], slices }
    }
    const length = this.#random.int(8) === 0 ? 0 : this.#random.int(rows)
    return { rows: Array.from({ length }, () => this.#row(kind)), slices }
  }

  #row(kind: Kind): unknown {
    const number = (): number => this.#random.int(41) - 20
    const text = (): string => 'abcde'.slice(0, 1 + this.#random.int(4))
    switch (kind) {
      case 'int':
        return number()
      case 'text':
        return text()
      case 'intPair':
        return [number() % 8, number() + 20]
      case 'textPair':
        return [text(), number() + 20]
    }
  }

  /** What can be done next, as functions that always answer the same. */
  #steps(state: State, hasOthers: boolean): (() => Step)[] {
    const { kind, promised, rows } = state
    const steps: (() => Step)[] = []
    const can = (op: Op, next: Partial<State> = {}): void => {
      steps.push(() => ({ op, next: { ...state, ...next } }))
    }
    const spread = this.#spread()
    /** Where a shuffle puts rows is the same only by a function of our own, or a single partition. */
    const placed = (by: Spread): Promised => (by.by === undefined ? 'rows' : 'places')
    const maps = MAPS_OF[kind]
    for (const [f, to] of maps) can({ op: 'map', f }, { kind: to })
    can({ op: 'filter', f: FILTER_OF[kind] })
    can({ op: 'filter', f: this.#random.int(4) === 0 ? 'none' : FILTER_OF[kind] })
    can({ op: 'flatMap', f: FLAT_MAP_OF[kind] }, { rows: rows * 2 })
    const over = this.#random.int(2) === 0 ? {} : { over: 1 + this.#random.int(6) }
    can({ op: 'distinct', ...over }, { promised: 'rows' })
    can({ op: 'coalesce', n: 1 + this.#random.int(7) })
    can({ op: 'coalesce', n: 1 + this.#random.int(7), shuffle: true }, { promised: 'rows' })
    can({ op: 'repartition', n: 1 + this.#random.int(7) }, { promised: 'rows' })
    const sorting = this.#random.int(2) === 0 ? {} : { n: 1 + this.#random.int(8) }
    const asc = this.#random.int(2) === 0
    can({ op: 'sortBy', asc, ...sorting }, { promised: 'order' })
    can({ op: 'sample', fraction: this.#random.int(2) })
    can({ op: 'randomSplit', weights: [1 + this.#random.int(3), 2] }, { promised: 'rows' })
    can({ op: 'union', other: 'self' }, { rows: rows * 2 })
    can({ op: 'subtract', other: 'self', ...spread }, { promised: placed(spread) })
    if (promised !== 'rows') {
      can({ op: 'glom' }, { kind: 'int' })
      can(
        { op: 'zipPartitions', other: 'self', keeps: this.#random.int(2) === 0 },
        { rows: rows * 2 },
      )
    }
    if (kind === 'int' && promised !== 'rows') can({ op: 'indexed' }, { kind: 'intPair' })
    if (promised === 'order' && (kind === 'int' || kind === 'text')) {
      const to = kind === 'int' ? 'intPair' : 'textPair'
      can({ op: 'zipWithIndex' }, { kind: to })
      can({ op: 'zipWithUniqueId' }, { kind: to })
    }
    if (kind === 'int') {
      if (promised === 'order') can({ op: 'zip', other: 'self' }, { kind: 'intPair' })
      can({ op: 'keyBy', f: 'mod7' }, { kind: 'intPair' })
      can({ op: 'groupBy', f: 'mod7', ...spread }, { kind: 'intPair', promised: placed(spread) })
    }
    if (kind === 'intPair' || kind === 'textPair') this.#pairSteps(state, can)
    if (hasOthers) this.#othersSteps(state, can)
    return steps
  }

  #pairSteps({ kind, promised, rows }: State, can: (op: Op, next?: Partial<State>) => void): void {
    const spread = this.#spread()
    const to = { promised: spread.by === undefined ? 'rows' : 'places' } as const
    can({ op: 'mapValues' })
    can({ op: 'flatMapValues' }, { rows: rows * 2 })
    can({ op: 'keys' }, { kind: kind === 'intPair' ? 'int' : 'text' })
    can({ op: 'values' }, { kind: 'int' })
    can({ op: 'reduceByKey', ...spread }, to)
    can({ op: 'groupByKey', ...spread }, to)
    // Folded once for each partition upstream that has the key.
    const zero = promised === 'rows' ? 0 : this.#random.int(3)
    can({ op: 'foldByKey', zero, ...spread }, to)
    can({ op: 'aggregateByKey', zero, ...spread }, to)
    if (promised !== 'rows') {
      can({ op: 'combineByKey', ...spread, mapSide: this.#random.int(2) === 0 }, to)
    }
    const part = spread.over === undefined && spread.by === undefined ? { by: 3 } : spread
    can({ op: 'partitionBy', ...part }, { promised: part.by === undefined ? 'rows' : 'places' })
    const sorting = this.#random.int(2) === 0 ? {} : { n: 1 + this.#random.int(8) }
    can({ op: 'sortByKey', asc: this.#random.int(2) === 0, ...sorting }, { promised: 'places' })
    can({ op: 'repartitionAndSort', by: 1 + this.#random.int(4) }, { promised: 'places' })
    const [from, until] = kind === 'intPair' ? [-3, 3] : ['ab', 'abcd']
    can({ op: 'filterByRange', from, to: until })
    can({ op: 'join', other: 'self', ...spread }, { ...to, rows: rows * rows })
    can({ op: 'subtractByKey', other: 'self', ...spread }, to)
    // None at all: Spark takes some even then.
    const fraction = (1 + this.#random.int(4)) / 4
    const keys = kind === 'intPair' ? NUMBERS : TEXTS
    if (promised === 'order' && rows <= 30) {
      can({ op: 'sampleByKeyExact', fraction, keys }, { promised: 'rows' })
    }
  }

  #othersSteps(
    { kind, promised, rows }: State,
    can: (op: Op, next?: Partial<State>) => void,
  ): void {
    const drawn = this.#program(this.#random.int(3), false, kind)
    const { program: other, state } = drawn
    const spread = this.#spread()
    const to = { promised: spread.by === undefined ? 'rows' : 'places' } as const
    const least = LEVELS[Math.min(LEVELS.indexOf(promised), LEVELS.indexOf(state.promised))]
    const together = { promised: least ?? 'rows', rows: rows + state.rows }
    can({ op: 'union', other }, together)
    can({ op: 'unions', others: [other, other] }, { ...together, rows: rows + 2 * state.rows })
    can({ op: 'intersection', other, ...spread }, to)
    can({ op: 'subtract', other, ...spread }, to)
    if (kind === 'int') {
      can(
        { op: 'cartesian', other },
        { promised: together.promised, kind: 'intPair', rows: rows * state.rows },
      )
    }
    if (kind !== 'intPair' && kind !== 'textPair') return
    for (const op of ['join', 'leftOuterJoin', 'rightOuterJoin', 'fullOuterJoin']) {
      can({ op, other, ...spread }, { ...to, rows: rows * state.rows })
    }
    can({ op: 'subtractByKey', other, ...spread }, to)
    const others = Array.from({ length: 1 + this.#random.int(3) }, () => other)
    can({ op: 'cogroup', others, ...spread }, to)
  }

  #spread(): Spread {
    const n = 1 + this.#random.int(5)
    return this.#one([{}, { over: n }, { by: n }])
  }

  #actions({ kind, promised }: State): Action[] {
    const n = this.#random.int(6)
    const depth = 1 + this.#random.int(3)
    const actions: Action[] = [
      { action: 'count' },
      { action: 'isEmpty' },
      { action: 'takeOrdered', n },
      { action: 'top', n },
      { action: 'min' },
      { action: 'max' },
      { action: 'takeSample', n, again: this.#random.int(2) === 0 },
      { action: 'countByValue' },
      { action: 'countApprox', confidence: 0.9 },
    ]
    if (promised === 'order') actions.push({ action: 'first' }, { action: 'take', n: n * 4 })
    if (kind === 'int') {
      // Zeros are folded in for each partition, and again for the result.
      const zero = this.#random.int(3)
      actions.push({ action: 'fold', zero }, { action: 'aggregate', zero })
      actions.push({ action: 'treeAggregate', zero: 0, depth }, { action: 'treeReduce', depth })
      actions.push({ action: 'reduce' }, { action: 'sum' }, { action: 'mean' }, { action: 'stats' })
      actions.push({ action: 'variance' }, { action: 'sampleVariance' }, { action: 'stdev' })
      actions.push({ action: 'sampleStdev' }, { action: 'histogram', n: n + 1 })
      actions.push({ action: 'histogram', buckets: [-5, 0, 1, 20] })
      actions.push({ action: 'histogram', buckets: [-10, 0, 10, 20], even: true })
      actions.push({ action: 'sumApprox', confidence: 0.9 })
      actions.push({ action: 'meanApprox', confidence: 0.9 })
    }
    if (kind === 'intPair' || kind === 'textPair') {
      const key = kind === 'intPair' ? this.#random.int(5) : this.#one(TEXTS)
      actions.push({ action: 'lookup', key }, { action: 'countByKey' })
      actions.push({ action: 'reduceByKeyLocally' })
      if (promised === 'order') actions.push({ action: 'collectAsMap' })
    }
    return actions
  }

  #one<T>(items: readonly T[]): T {
    return items[this.#random.int(items.length)] as T
  }

  #some<T>(items: readonly T[], count: number): T[] {
    const left = [...items]
    return Array.from({ length: Math.min(count, items.length) }, () => {
      const [item] = left.splice(this.#random.int(left.length), 1)
      return item as T
    })
  }
}

function isSmall(step: () => Step): boolean {
  return step().next.rows <= MOST_ROWS
}

/** Keys that pairs have from the beginning. */
const TEXTS = ['a', 'ab', 'abc', 'abcd', 'k0', 'k1', 'k2']
const NUMBERS = Array.from({ length: 60 }, (_, i) => i - 20)

const MAPS_OF: Readonly<Record<Kind, readonly (readonly [string, Kind])[]>> = {
  int: [
    ['inc', 'int'],
    ['triple', 'int'],
    ['mod7', 'int'],
    ['text', 'text'],
    ['byMod5', 'intPair'],
    ['byText', 'textPair'],
  ],
  text: [
    ['length', 'int'],
    ['tagged', 'text'],
    ['byLength', 'intPair'],
    ['byWord', 'textPair'],
  ],
  intPair: [
    ['value', 'int'],
    ['bump', 'intPair'],
  ],
  textPair: [
    ['value', 'int'],
    ['bump', 'textPair'],
  ],
}

const FILTER_OF: Readonly<Record<Kind, string>> = {
  int: 'even',
  text: 'short',
  intPair: 'evenValue',
  textPair: 'evenValue',
}

const FLAT_MAP_OF: Readonly<Record<Kind, string>> = {
  int: 'twice',
  text: 'longer',
  intPair: 'further',
  textPair: 'further',
}
