import { LatencyHistogram } from '../histograms/index.ts'
import type { Figures, Interval } from '../run/task-run.ts'

/** What was measured of a run, whole: plain data, which `--json` writes. */
export interface RunReport {
  readonly version: 1
  readonly workload: string
  readonly keyspace: string
  /** Which store it was, in words: it tells when it was not Cassandra. */
  readonly store: string
  /** Unix time, in ms. */
  readonly startWallMs: number
  readonly durationMs: number
  readonly intervalMs: number
  /** All agents, merged. */
  readonly figures: Figures
  readonly agents: readonly { readonly agent: string; readonly figures: Figures }[]
  /** All agents, by pieces of time from the start on; pieces in which nothing ended are left out. */
  readonly series: readonly Piece[]
}

const LATENCIES = ['service', 'response', 'waiting'] as const
export type Latency = (typeof LATENCIES)[number]

interface OperationSum {
  done: number
  readonly errors: Record<string, number>
  readonly latencies: Readonly<Record<Latency, LatencyHistogram>>
}

/** Adds figures up without loss. A histogram is encoded once, however many were added to it: that takes longer than all else. */
class FiguresSum {
  readonly #operations = new Map<string, OperationSum>()

  add(figures: Figures): void {
    for (const [name, added] of Object.entries(figures)) {
      const sum = this.#of(name)
      sum.done += added.done
      for (const [code, count] of Object.entries(added.errors)) {
        sum.errors[code] = (sum.errors[code] ?? 0) + count
      }
      for (const of of LATENCIES) sum.latencies[of].add(LatencyHistogram.decode(added[of]))
    }
  }

  figures(): Figures {
    return Object.fromEntries(
      [...this.#operations].map(([name, { done, errors, latencies }]) => {
        const { service, response, waiting } = latencies
        const encoded = {
          service: service.encode(),
          response: response.encode(),
          waiting: waiting.encode(),
        }
        return [name, { done, errors, ...encoded }]
      }),
    )
  }

  #of(name: string): OperationSum {
    const known = this.#operations.get(name)
    if (known !== undefined) return known
    const latencies = {
      service: new LatencyHistogram(),
      response: new LatencyHistogram(),
      waiting: new LatencyHistogram(),
    }
    const sum: OperationSum = { done: 0, errors: {}, latencies }
    this.#operations.set(name, sum)
    return sum
  }
}

function sumOf(all: readonly Figures[]): Figures {
  const sum = new FiguresSum()
  for (const figures of all) sum.add(figures)
  return sum.figures()
}

/** One distribution of all operations, or of the one that is named. */
export function latencyOf(figures: Figures, of: Latency, operation?: string): LatencyHistogram {
  const whole = new LatencyHistogram()
  for (const [name, one] of Object.entries(figures)) {
    if (operation === undefined || operation === name) whole.add(LatencyHistogram.decode(one[of]))
  }
  return whole
}

export function doneOf(figures: Figures): number {
  return Object.values(figures).reduce((total, { done }) => total + done, 0)
}

/** Error code → how many. */
export function errorsOf(figures: Figures): Readonly<Record<string, number>> {
  const all: Record<string, number> = {}
  for (const { errors } of Object.values(figures)) {
    for (const [code, count] of Object.entries(errors)) all[code] = (all[code] ?? 0) + count
  }
  return all
}

/** A task that has ended, with the figures of each of its attempts. */
export interface EndedTaskFigures {
  readonly host: string
  readonly attempts: readonly Figures[]
}

/** What ended in a piece of time, as long as the run's intervals. */
export interface Piece {
  /** Since the run's start. */
  readonly fromMs: number
  readonly figures: Figures
}

/** How many pieces may still be added to while one is measured: tasks report at times of their own. */
const OPEN_PIECES = 2

/** Puts a run's report together from what its tasks tell. */
export class RunCollector {
  readonly #about: Pick<RunReport, 'workload' | 'keyspace' | 'store' | 'startWallMs' | 'intervalMs'>
  /** Which piece of time → what ended in it. */
  readonly #series = new Map<number, Figures>()
  /** Pieces that were told of as over. */
  #told = 0
  #endWallMs: number

  constructor(
    about: Pick<RunReport, 'workload' | 'keyspace' | 'store' | 'startWallMs' | 'intervalMs'>,
  ) {
    this.#about = about
    this.#endWallMs = about.startWallMs
  }

  /** Takes an interval of a task, each once; answers the pieces of time that are over by it. */
  measured({ wallMs, fromMs, toMs, figures }: Interval): readonly Piece[] {
    const { startWallMs, intervalMs } = this.#about
    this.#endWallMs = Math.max(this.#endWallMs, wallMs + toMs - fromMs)
    // By its middle: intervals of tasks that began later lie across the run's own.
    const middleMs = wallMs + (toMs - fromMs) / 2 - startWallMs
    const piece = Math.max(0, Math.floor(middleMs / intervalMs))
    const before = this.#series.get(piece)
    this.#series.set(piece, before === undefined ? figures : sumOf([before, figures]))
    const from = this.#told
    this.#told = Math.max(from, piece + 1 - OPEN_PIECES)
    return this.#pieces((one) => one >= from && one < this.#told)
  }

  /**
   * The report of a run whose tasks have ended. Totals are theirs; the series is what was measured here, so that the intervals that were told
   * to a scheduler which ended are in the totals alone.
   */
  report(tasks: readonly EndedTaskFigures[]): RunReport {
    const sums = new Map<string, FiguresSum>()
    for (const { host, attempts } of tasks) {
      const sum = sums.get(host) ?? new FiguresSum()
      sums.set(host, sum)
      for (const figures of attempts) sum.add(figures)
    }
    const agents = [...sums].map(([agent, sum]) => ({ agent, figures: sum.figures() }))
    return {
      version: 1,
      ...this.#about,
      durationMs: this.#endWallMs - this.#about.startWallMs,
      figures: sumOf(agents.map(({ figures }) => figures)),
      agents,
      series: this.#pieces(() => true),
    }
  }

  #pieces(isWanted: (piece: number) => boolean): readonly Piece[] {
    return [...this.#series]
      .filter(([piece, its]) => isWanted(piece) && Object.keys(its).length > 0)
      .sort(([one], [other]) => one - other)
      .map(([piece, figures]) => ({ fromMs: piece * this.#about.intervalMs, figures }))
  }
}
