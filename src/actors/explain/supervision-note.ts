import { isTroupeError } from '../../platform/index.ts'
import type { Decision } from '../supervisor.ts'
import { clipped } from './bounded-words.ts'
import type { DecisionNote, DecisionPoint, LazyNote } from './decision.ts'
import { counted } from './sentences.ts'
import { actorSubject } from './subject.ts'

/** Failures, and what the parents answered. */
export const supervisionPoint: DecisionPoint = {
  name: 'actors.supervision',
  title: 'Supervision',
  rank: 90,
}

const MAX_ERROR_TEXT = 200

/** A failure and its directive, as a ring keeps them: no actor and no error is held on to. */
export class SupervisionNote implements LazyNote {
  readonly #path: string
  readonly #error: string
  readonly #kind: string
  readonly #restarts: number
  readonly #decision: Decision

  constructor(path: string, error: unknown, kind: string, restarts: number, decision: Decision) {
    this.#path = path
    this.#error = shortOf(error)
    this.#kind = kind
    this.#restarts = restarts
    this.#decision = decision
  }

  toNote(): DecisionNote {
    const { directive, scope, delayMs, reason, window } = this.#decision
    const parent = this.#path.slice(0, Math.max(this.#path.lastIndexOf('/'), 0))
    const delay = delayMs > 0 ? ` after ${delayMs} ms` : ''
    const restarts = [
      `${counted(this.#restarts, 'restart')} of it before`,
      ...(window === undefined
        ? []
        : [
            `${window.restarts} of at most ${window.maxRestarts} restarts in the last ${window.periodMs} ms`,
          ]),
    ]
    return {
      asked: `What is to become of ${this.#path}, ${happened[this.#kind] ?? 'which has failed'} (${this.#error})?`,
      chosen: `${directive}${reaches[scope]}${delay}`,
      because: reason,
      input: restarts.join(' and '),
      about: [actorSubject(this.#path)],
      concerns: [actorSubject(parent)],
    }
  }
}

const happened: Readonly<Record<string, string>> = {
  failure: 'which has failed',
  exit: 'which has ended by itself',
  'node-lost': 'whose node is lost',
}

const reaches = {
  one: '',
  all: ', and with it all its siblings',
  rest: ', and with it those spawned after it',
} as const

function shortOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return clipped(String(error), MAX_ERROR_TEXT)
    const name = isTroupeError(error) ? error.code : error.name
    return `${name}: ${clipped(error.message, MAX_ERROR_TEXT)}`
  } catch {
    // What was thrown may be anything, also what throws when it is looked at.
    return 'something that has no text'
  }
}
