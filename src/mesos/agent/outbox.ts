import type { Journal } from './checkpoint/index.ts'
import type { AgentEffect } from './state.ts'

type Volumes = Extract<AgentEffect, { readonly type: 'volumes' }>
type Doing = Exclude<AgentEffect, { readonly type: 'checkpoint' } | Volumes>

/**
 * Holds effects back until what was to be written before them is durable, and what volumes need was done to the disk; all
 * keep their order. Without a journal nothing is written.
 */
export class Outbox {
  readonly #journal: Journal | undefined
  readonly #run: (effect: Doing) => void
  /** Has `opened` called when the promise resolves, if it `isGate`; tells of its failure in any case. */
  readonly #await: (durable: Promise<void>, isGate: boolean) => void
  readonly #keepVolumes: (work: Volumes['work']) => Promise<void>
  /** Work on volumes that is under way, or waits; no gate opens before one that was closed earlier. */
  #work: Promise<void> | undefined
  #isDirty = false
  readonly #held: (Doing | 'gate')[] = []

  constructor(
    journal: Journal | undefined,
    run: (effect: Doing) => void,
    wait: (durable: Promise<void>, isGate: boolean) => void,
    keepVolumes: (work: Volumes['work']) => Promise<void>,
  ) {
    this.#journal = journal
    this.#run = run
    this.#await = wait
    this.#keepVolumes = keepVolumes
  }

  /** All that one occurrence has brought about. */
  put(effects: readonly AgentEffect[]): void {
    let isLagging = false
    for (const effect of effects) {
      if (effect.type === 'volumes') {
        if (this.#isDirty) this.#close()
        this.#closeFor(effect.work)
        continue
      }
      if (effect.type !== 'checkpoint') {
        if (this.#isDirty) this.#close()
        if (this.#held.length > 0) this.#held.push(effect)
        else this.#run(effect)
        continue
      }
      if (this.#journal === undefined) continue
      this.#journal.add(effect.record)
      if (effect.mayLag === true) isLagging = true
      else this.#isDirty = true
    }
    if (this.#isDirty) this.#close()
    else if (isLagging && this.#journal !== undefined) {
      this.#await(this.#journal.flushed(), false)
    }
  }

  /** What the first gate stands for is durable: what follows it goes out, up to the next. */
  opened(): void {
    this.#held.shift()
    for (;;) {
      const [next] = this.#held
      if (next === undefined || next === 'gate') return
      this.#held.shift()
      this.#run(next)
    }
  }

  #close(): void {
    this.#isDirty = false
    if (this.#journal === undefined) return
    this.#held.push('gate')
    const flushed = this.#journal.flushed()
    this.#await(this.#work === undefined ? flushed : both(this.#work, flushed), true)
  }

  /** The work begins when all before it is durable. */
  #closeFor(work: Volumes['work']): void {
    this.#held.push('gate')
    const before = both(this.#work ?? Promise.resolve(), this.#journal?.flushed())
    const done = before
      .catch(() => undefined)
      .then(() => this.#keepVolumes(work))
      .then(() => {
        if (this.#work === done) this.#work = undefined
      })
    this.#work = done
    this.#await(done, true)
  }
}

/** Resolves as the second does, but not before the first, which does not fail. */
async function both(first: Promise<void>, second: Promise<void> | undefined): Promise<void> {
  const [, last] = await Promise.allSettled([first, second])
  if (last.status === 'rejected') throw last.reason
}
