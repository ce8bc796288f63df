import { isTroupeError } from '../../platform/index.ts'
import type { Decision } from '../supervisor.ts'
import { clipped } from './bounded-words.ts'
import type { DecisionLog } from './decision-log.ts'
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
class SupervisionNote implements LazyNote {
  readonly #child: number
  readonly #path: string
  readonly #error: string
  /** The message of an error as it was, to know the like of it by. */
  readonly #message: unknown
  readonly #kind: string
  #restarts: number
  #decision: Decision

  constructor(
    child: { readonly id: number; readonly path: string },
    error: unknown,
    kind: string,
    restarts: number,
    decision: Decision,
  ) {
    this.#child = child.id
    this.#path = child.path
    this.#error = shortOf(error)
    this.#message = messageOf(error)
    this.#kind = kind
    this.#restarts = restarts
    this.#decision = decision
  }

  /**
   * Takes in the same failure of the same child that came next and got the same answer: a storm of restarts is one
   * record that counts, costs next to nothing and pushes nothing else out. False if it is another one.
   */
  takes(
    child: number,
    error: unknown,
    kind: string,
    restarts: number,
    decision: Decision,
  ): boolean {
    const before = this.#decision
    if (
      child !== this.#child ||
      decision.directive !== before.directive ||
      decision.reason !== before.reason ||
      decision.delayMs !== before.delayMs ||
      kind !== this.#kind ||
      this.#message === undefined ||
      messageOf(error) !== this.#message
    ) {
      return false
    }
    this.#restarts = restarts
    this.#decision = decision
    return true
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

interface FailedChild {
  readonly id: number
  readonly path: string
  readonly extension: { readonly restarts: number } | undefined
}

/** Notes what a parent answered to a failure. */
export function noteDirective(
  log: DecisionLog,
  child: FailedChild,
  error: unknown,
  kind: string,
  decision: Decision,
): void {
  const restarts = child.extension?.restarts ?? 0
  const newest = log.newestLazy(supervisionPoint)
  if (
    newest instanceof SupervisionNote &&
    newest.takes(child.id, error, kind, restarts, decision)
  ) {
    log.again(supervisionPoint)
  } else {
    log.noteLazily(supervisionPoint, new SupervisionNote(child, error, kind, restarts, decision))
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

/** The message of an error, if it is short enough to be kept. */
function messageOf(error: unknown): string | undefined {
  try {
    if (!(error instanceof Error)) return undefined
    const { message } = error
    return typeof message === 'string' && message.length <= MAX_ERROR_TEXT ? message : undefined
  } catch {
    return undefined
  }
}

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
