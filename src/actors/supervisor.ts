import type { Random } from '../platform/index.ts'
import type { AnyRef } from './actor-ref.ts'

/** What a parent answers to the failure of a child. */
export type Directive = 'resume' | 'restart' | 'stop' | 'escalate'

/** Which children a directive is for: the child, all children, or it and those spawned after it. */
export type DirectiveScope = 'one' | 'all' | 'rest'

/** When a child that ended is started again: always, after a failure, never. */
export type ChildRestart = 'permanent' | 'transient' | 'temporary'

/** One failure of one child, as its supervisor sees it. */
export interface ChildFailure {
  readonly error: unknown
  readonly child: AnyRef
  /** A number that stays with the child through its restarts; unique in its system. */
  readonly childId: number
  readonly restart: ChildRestart
  /** `exit`: a permanent child stopped by itself. `node-lost`: its thread or node is gone. */
  readonly kind: 'failure' | 'exit' | 'node-lost'
  /** Restarts of this child so far. */
  readonly restarts: number
  readonly nowMs: number
  readonly random: Random
}

export interface Decision {
  readonly directive: Directive
  readonly scope: DirectiveScope
  /** How long to wait before a restart, in ms. */
  readonly delayMs: number
  /** For people: why this directive. */
  readonly reason: string
  /** How far the restart window was used, this restart included; for explanation. */
  readonly window?: RestartCount
}

/** Restarts that a window has counted lately, and its bound. */
export interface RestartCount {
  readonly restarts: number
  readonly maxRestarts: number
  readonly periodMs: number
}

/** The bookkeeping of one supervising actor. */
export interface Supervisor {
  decide(failure: ChildFailure): Decision
  /** A child is gone for good; forget it. */
  forget?(childId: number): void
}

/** How an actor supervises its children; a description, of which each actor starts its own. */
export interface SupervisorStrategy {
  /** Such as `one-for-one restart, 10 in 10 s`; shown by `troupe tree`. */
  readonly description: string
  start(): Supervisor
}
