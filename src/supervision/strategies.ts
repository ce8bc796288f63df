import { RestartWindow } from '../actors/index.ts'
import type {
  ChildFailure,
  Decision,
  Directive,
  DirectiveScope,
  Supervisor,
  SupervisorStrategy,
} from '../actors/index.ts'
import { exponentialBackoff, nextDelay } from './backoff.ts'
import type { Backoff, BackoffOptions, BackoffState } from './backoff.ts'
import { checkRange, checkWhole } from './errors.ts'
import type { FailureRule } from './rules.ts'

export interface StrategyOptions {
  /** For failures that no rule of `decide` matches; `restart` by default. */
  readonly directive?: Directive
  /** Rules by class or code of the failure (see `on`, `when`); the first that matches decides. */
  readonly decide?: readonly FailureRule[]
  /** Restarts within `periodMs`; one more escalates. 0 … 2^16, by default 10. */
  readonly maxRestarts?: number
  /** 1 … 2^31-1 ms, by default 10,000. */
  readonly periodMs?: number
  /** Whether restarts are counted over all children, as in OTP (default), or for each child. */
  readonly per?: 'supervisor' | 'child'
  /** Delays before restarts; none by default. */
  readonly backoff?: BackoffOptions
}

/** A failed child alone gets the directive. @throws TROUPE_SUPERVISION_OPTION_INVALID */
export function oneForOne(options: StrategyOptions = {}): SupervisorStrategy {
  return strategy('one-for-one', 'one', options)
}

/** All children get the directive: for children that can't do without each other. @throws as `oneForOne` */
export function oneForAll(options: StrategyOptions = {}): SupervisorStrategy {
  return strategy('one-for-all', 'all', options)
}

/**
 * The failed child and those spawned after it get the directive: for children each of which depends on those
 * before it. @throws as `oneForOne`
 */
export function restForOne(options: StrategyOptions = {}): SupervisorStrategy {
  return strategy('rest-for-one', 'rest', options)
}

interface Policy {
  readonly scope: DirectiveScope
  readonly directive: Directive
  readonly rules: readonly FailureRule[]
  readonly maxRestarts: number
  readonly periodMs: number
  readonly per: 'supervisor' | 'child'
  readonly backoff: Backoff | undefined
}

function strategy(
  name: string,
  scope: DirectiveScope,
  options: StrategyOptions,
): SupervisorStrategy {
  const policy: Policy = {
    scope,
    directive: options.directive ?? 'restart',
    rules: options.decide ?? [],
    maxRestarts: options.maxRestarts ?? 10,
    periodMs: options.periodMs ?? 10_000,
    per: options.per ?? 'supervisor',
    backoff: options.backoff === undefined ? undefined : exponentialBackoff(options.backoff),
  }
  checkWhole('maxRestarts', policy.maxRestarts, 0, 2 ** 16)
  checkRange('periodMs', policy.periodMs, 1, 2 ** 31 - 1)
  return { description: describe(name, policy), start: () => new PolicySupervisor(policy) }
}

/** The key of what is counted over all children. */
const ALL_CHILDREN = 0

class PolicySupervisor implements Supervisor {
  readonly #policy: Policy
  /** Child, or {@link ALL_CHILDREN} → its restarts. */
  readonly #windows: Map<number, RestartWindow> = new Map()
  /** Child, or {@link ALL_CHILDREN} where directives concern several → its delays. */
  readonly #backoffs: Map<number, BackoffState> = new Map()

  constructor(policy: Policy) {
    this.#policy = policy
  }

  decide(failure: ChildFailure): Decision {
    const { scope } = this.#policy
    const [directive, reason] = this.#directiveFor(failure)
    switch (directive) {
      case 'resume':
      case 'escalate':
        return { directive, scope: 'one', delayMs: 0, reason }
      case 'stop':
        return { directive, scope, delayMs: 0, reason }
      case 'restart':
        // As in OTP, the end of a temporary child is no matter to its siblings.
        if (failure.restart === 'temporary') {
          return {
            directive: 'stop',
            scope: 'one',
            delayMs: 0,
            reason: 'a temporary child is never restarted',
          }
        }
        return this.#restart(failure, reason)
    }
  }

  forget(childId: number): void {
    this.#windows.delete(childId)
    this.#backoffs.delete(childId)
  }

  #directiveFor(failure: ChildFailure): [Directive, string] {
    if (failure.kind === 'exit') return ['restart', 'a permanent child has ended']
    const rule = this.#policy.rules.find(({ matches }) => matches(failure.error))
    return rule === undefined
      ? [this.#policy.directive, failure.kind === 'node-lost' ? 'its node is lost' : 'by default']
      : [rule.directive, `rule for ${rule.description}`]
  }

  #restart(failure: ChildFailure, reason: string): Decision {
    const { scope, maxRestarts, periodMs, per, backoff } = this.#policy
    const counted = per === 'child' ? failure.childId : ALL_CHILDREN
    let window = this.#windows.get(counted)
    if (window === undefined) {
      window = new RestartWindow(maxRestarts, periodMs)
      this.#windows.set(counted, window)
    }
    const isAdmitted = window.admit(failure.nowMs)
    const used = window.count(failure.nowMs)
    if (!isAdmitted) {
      const intensity = `more than ${String(maxRestarts)} restarts in ${String(periodMs)} ms`
      return { directive: 'escalate', scope: 'one', delayMs: 0, reason: intensity, window: used }
    }
    if (backoff === undefined) {
      return { directive: 'restart', scope, delayMs: 0, reason, window: used }
    }
    const delayed = scope === 'one' ? failure.childId : ALL_CHILDREN
    const before = this.#backoffs.get(delayed)
    const [after, delayMs] = nextDelay(backoff, before, failure.nowMs, failure.random)
    this.#backoffs.set(delayed, after)
    return {
      directive: 'restart',
      scope,
      delayMs,
      reason: `${reason}, after ${String(delayMs)} ms (restart ${String(after.attempts)} in a row)`,
      window: used,
    }
  }
}

function describe(name: string, policy: Policy): string {
  const { directive, rules, maxRestarts, periodMs, per, backoff } = policy
  const each = per === 'child' ? ' each' : ''
  const parts = [
    `${name} ${directive}`,
    ...rules.map((rule) => `${rule.description}: ${rule.directive}`),
    `${String(maxRestarts)} in ${seconds(periodMs)}${each}`,
    ...(backoff === undefined
      ? []
      : [`backoff ${seconds(backoff.minMs)} to ${seconds(backoff.maxMs)}`]),
  ]
  return parts.join(', ')
}

function seconds(ms: number): string {
  return `${String(ms / 1_000)} s`
}
