import { LatencyHistogram } from '../histograms/index.ts'
import type { Figures, TaskSnapshot } from '../run/task-run.ts'

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
  readonly series: readonly { readonly fromMs: number; readonly figures: Figures }[]
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

interface TaskSeen {
  readonly agent: string
  readonly snapshot: TaskSnapshot
}

/** Puts a run's report together from what its tasks tell. */
export class RunCollector {
  readonly #about: Pick<RunReport, 'workload' | 'keyspace' | 'store' | 'startWallMs' | 'intervalMs'>
  /** Task → its last snapshot, whose figures are of all that it has done. */
  readonly #tasks = new Map<string, TaskSeen>()
  /** Which piece of time → what ended in it. */
  readonly #series = new Map<number, Figures>()
  #endWallMs: number

  constructor(
    about: Pick<RunReport, 'workload' | 'keyspace' | 'store' | 'startWallMs' | 'intervalMs'>,
  ) {
    this.#about = about
    this.#endWallMs = about.startWallMs
  }

  /** Takes a snapshot; one that has come before, or is older, changes nothing. */
  add(agent: string, taskId: string, snapshot: TaskSnapshot): void {
    if ((this.#tasks.get(taskId)?.snapshot.sequence ?? 0) >= snapshot.sequence) return
    this.#tasks.set(taskId, { agent, snapshot })
    const { wallMs, fromMs, toMs, figures } = snapshot.interval
    const { startWallMs, intervalMs } = this.#about
    this.#endWallMs = Math.max(this.#endWallMs, wallMs + toMs - fromMs)
    // By its middle: intervals of tasks that began later lie across the run's own.
    const middleMs = wallMs + (toMs - fromMs) / 2 - startWallMs
    const piece = Math.max(0, Math.floor(middleMs / intervalMs))
    this.#series.set(piece, mergedFigures(this.#series.get(piece) ?? {}, figures))
  }

  report(): RunReport {
    const agents = new Map<string, Figures>()
    let figures: Figures = {}
    for (const { agent, snapshot } of this.#tasks.values()) {
      agents.set(agent, mergedFigures(agents.get(agent) ?? {}, snapshot.figures))
      figures = mergedFigures(figures, snapshot.figures)
    }
    const { startWallMs, intervalMs } = this.#about
    return {
      version: 1,
      ...this.#about,
      durationMs: this.#endWallMs - startWallMs,
      figures,
      agents: [...agents].map(([agent, its]) => ({ agent, figures: its })),
      series: [...this.#series]
        .sort(([one], [other]) => one - other)
        .filter(([, its]) => Object.keys(its).length > 0)
        .map(([piece, its]) => ({ fromMs: piece * intervalMs, figures: its })),
    }
  }
}
