import type { Subject } from './subject.ts'

/**
 * A place where decisions fall. `title` is its heading in an explanation; headings are in the order of `rank`:
 * 10 … 49 the engine, 50 … 79 the cluster manager, 80 … 99 the runtime.
 */
export interface DecisionPoint {
  /** Unique in a system, such as `mesos.allocation`. */
  readonly name: string
  readonly title: string
  readonly rank: number
}

/** Where to read on: another subject, on this node or on the one that listens at `at` (`host:port`). */
export interface Reference {
  readonly subject: Subject
  readonly at?: string | undefined
}

/** One that might have been chosen, and why it was not. */
export interface RejectedCandidate {
  readonly candidate: string
  readonly reason: string
}

/** What a decision point says of one decision. Words are for people; all of it is bounded when it is kept. */
export interface DecisionNote {
  /** The question, with its question mark: `Which executor runs task 1.0/3?` */
  readonly asked: string
  /** What it was decided upon: the version of a state, a moment, a few values. */
  readonly input?: string
  /** The answer, without a full stop: `executor 1`. */
  readonly chosen: string
  /** Follows `because`. */
  readonly because?: string
  /** How many candidates were looked at. */
  readonly considered?: number
  /** Those that were not chosen, by reason. */
  readonly rejected?: Readonly<Record<string, number>>
  /** The first few of them. */
  readonly samples?: readonly RejectedCandidate[]
  /** Whoever asks about one of these is told this decision. */
  readonly about: readonly Subject[]
  /**
   * These it concerns as well, but it is told of them only when they themselves are the question: an agent is asked
   * for all its offers, but an explanation that only passes by the agent is not.
   */
  readonly concerns?: readonly Subject[]
  readonly see?: readonly Reference[]
  /**
   * Makes the whole account anew, by the function that decided, from the input it had. Kept only with the newest
   * decisions of a point: what it holds on to is not freed before.
   */
  readonly recompute?: () => readonly string[]
}

/** A decision whose words are only made when somebody asks. */
export interface LazyNote {
  toNote(): DecisionNote
}

/** One decision as it is told. Plain data. */
export interface DecisionRecord extends Omit<DecisionNote, 'recompute'> {
  readonly point: DecisionPoint
  /** Counts the decisions of a system from 1. */
  readonly number: number
  /** Unix time in ms. */
  readonly atMs: number
  /** How often it fell, one like the other, until `lastMs`. */
  readonly times: number
  readonly lastMs: number
  /** The whole account, where its input was still there. */
  readonly full: readonly string[]
}
