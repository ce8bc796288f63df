import type { Journal } from './checkpoint/index.ts'
import type { AgentEffect } from './state.ts'

type Doing = Exclude<AgentEffect, { readonly type: 'checkpoint' }>

/**
 * Holds effects back until what was to be written before them is durable; all keep their order. Without a journal nothing
 * is written and nothing waits.
 */
export class Outbox {
  readonly #journal: Journal | undefined
  readonly #run: (effect: Doing) => void
  /** Has `opened` called when the promise resolves, if it `isGate`; tells of its failure in any case. */
  readonly #await: (durable: Promise<void>, isGate: boolean) => void
  #isDirty = false
  readonly #held: (Doing | 'gate')[] = []

  constructor(
    journal: Journal | undefined,
    run: (effect: Doing) => void,
    wait: (durable: Promise<void>, isGate: boolean) => void,
  ) {
    this.#journal = journal
    this.#run = run
    this.#await = wait
  }

  /** All that one occurrence has brought about. */
  put(effects: readonly AgentEffect[]): void {
    let isLagging = false
    for (const effect of effects) {
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
    this.#await(this.#journal.flushed(), true)
  }
}
