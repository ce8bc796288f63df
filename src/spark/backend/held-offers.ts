import type { Offer } from '../../mesos/index.ts'
import type { TaskDescription } from '../task/index.ts'

/** An offer, and the tasks for it. */
export interface HeldOffer {
  readonly offer: Offer
  readonly tasks: readonly TaskDescription[]
}

interface Holding {
  readonly offer: Offer
  readonly tasks: TaskDescription[]
  /** Tasks that there will be; unknown until the registry has settled. */
  expected: number | undefined
  /** Tasks that are not wanted any more. */
  dropped: number
}

/** Offers whose slots are lent, until their tasks are known: one of each executor's agent. */
export class HeldOffers {
  /** executor → the offer of its agent */
  readonly #held = new Map<string, Holding>()

  has(executorId: string): boolean {
    return this.#held.has(executorId)
  }

  hold(executorId: string, offer: Offer): void {
    this.#held.set(executorId, { offer, tasks: [], expected: undefined, dropped: 0 })
  }

  /** So many tasks come for it. */
  expect(executorId: string, tasks: number): HeldOffer | 'waits' | 'unknown' {
    const held = this.#held.get(executorId)
    if (held === undefined) return 'unknown'
    held.expected = tasks
    return this.#whole(executorId, held)
  }

  add(executorId: string, task: TaskDescription): HeldOffer | 'waits' | 'unknown' {
    const held = this.#held.get(executorId)
    if (held === undefined) return 'unknown'
    held.tasks.push(task)
    return this.#whole(executorId, held)
  }

  /** A task that is not wanted any more; `unknown` when it is not one of those that wait. */
  drop(executorId: string, taskAttemptId: number): HeldOffer | 'waits' | 'unknown' {
    const held = this.#held.get(executorId)
    const at = held?.tasks.findIndex((task) => task.taskAttemptId === taskAttemptId) ?? -1
    if (held === undefined || at < 0) return 'unknown'
    held.tasks.splice(at, 1)
    held.dropped += 1
    return this.#whole(executorId, held)
  }

  /** Takes the offer out, whatever was to become of it. */
  release(executorId: string): Offer | undefined {
    const offer = this.#held.get(executorId)?.offer
    this.#held.delete(executorId)
    return offer
  }

  #whole(executorId: string, held: Holding): HeldOffer | 'waits' {
    if (held.expected === undefined || held.tasks.length + held.dropped < held.expected)
      return 'waits'
    this.#held.delete(executorId)
    return held
  }
}
