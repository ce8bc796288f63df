/**
 * Supervision: policies for the failures of children.
 *
 * The runtime (`src/actors`) carries directives out; here it is decided which. A strategy ({@link oneForOne},
 * {@link oneForAll}, {@link restForOne}) is a value: rules for classes and codes of failures, a restart intensity, a
 * backoff. It is given to `spawn`, to a system, or wrapped round a behavior with {@link supervised}.
 * {@link supervisor} is an actor that does nothing but supervise, described by {@link ChildSpec}s in the words of OTP.
 *
 * Words: a *directive* is the answer to one failure; its *scope* says which children it is for; the *intensity* is
 * how many restarts a *period* may see before the supervisor gives up and escalates.
 */
export { delayWithoutJitterMs, exponentialBackoff, nextDelay } from './backoff.ts'
export type { Backoff, BackoffOptions, BackoffState } from './backoff.ts'
export type { AnyChildSpec, ChildSpec } from './child-spec.ts'
export { SupervisionError } from './errors.ts'
export { on, when } from './rules.ts'
export type { ErrorClass, FailureRule } from './rules.ts'
export { oneForAll, oneForOne, restForOne } from './strategies.ts'
export type { StrategyOptions } from './strategies.ts'
export { supervised } from './supervised.ts'
export { supervisor } from './supervisor/index.ts'
export type {
  ChildInfo,
  ChildrenReply,
  ChildRefusal,
  ChildReply,
  CountReply,
  SupervisorMessage,
} from './supervisor/index.ts'
