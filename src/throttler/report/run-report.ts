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

/** Figures of both, without loss. */
export function mergedFigures(one: Figures, other: Figures): Figures {
  const merged: Record<string, Figures[string]> = { ...one }
  for (const [name, added] of Object.entries(other)) {
    const known = merged[name]
    if (known === undefined) {
      merged[name] = added
      continue
    }
    const errors = { ...known.errors }
    for (const [code, count] of Object.entries(added.errors)) {
      errors[code] = (errors[code] ?? 0) + count
    }
    merged[name] = {
      done: known.done + added.done,
      errors,
      service: sum(known.service, added.service),
      response: sum(known.response, added.response),
      waiting: sum(known.waiting, added.waiting),
    }
  }
  return merged
}

function sum(one: string, other: string): string {
  const histogram = LatencyHistogram.decode(one)
  histogram.add(LatencyHistogram.decode(other))
  return histogram.encode()
}

export type Latency = 'service' | 'response' | 'waiting'

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
    this.#series.set(piece, mergedFigures(this.#series.get(piece) ?? {}, figures))
    const from = this.#told
    this.#told = Math.max(from, piece + 1 - OPEN_PIECES)
    return this.#pieces((one) => one >= from && one < this.#told)
  }

  /**
   * The report of a run whose tasks have ended. Totals are theirs; the series is what was measured here, so that the intervals that were told
   * to a scheduler which ended are in the totals alone.
   */
  report(tasks: readonly EndedTaskFigures[]): RunReport {
    const agents = new Map<string, Figures>()
    let figures: Figures = {}
    for (const { host, attempts } of tasks) {
      for (const its of attempts) {
        agents.set(host, mergedFigures(agents.get(host) ?? {}, its))
        figures = mergedFigures(figures, its)
      }
    }
    return {
      version: 1,
      ...this.#about,
      durationMs: this.#endWallMs - this.#about.startWallMs,
      figures,
      agents: [...agents].map(([agent, its]) => ({ agent, figures: its })),
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
