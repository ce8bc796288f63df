/**
 * The allocator: who is offered which agent's resources next.
 *
 * Dominant Resource Fairness in two levels. A role's dominant share is the largest fraction it holds of any resource of
 * the cluster; the role with the least share by weight comes first, and within it the framework with the least share.
 * Allocation is coarse-grained: on each agent the first in order gets all that is free there. Roles form a tree (`a/b`).
 *
 * {@link stepAllocator} is pure: `(state, event) → [state, effects]`. Time and the seed of the agents' order come with
 * the event, so a recorded decision can be computed again. {@link allocatorBehavior} is the actor around it: it runs at every
 * interval, and soon after an event that makes a run worth while.
 *
 * Guarantees: nothing is offered to two frameworks at once; a refusal holds for at least one run over its agent; who
 * holds nothing and refuses nothing is served before all that hold something, weights being equal.
 *
 * Words: *holding* — what a framework has on an agent, offered or in use; *filter* — a refusal that is remembered;
 * *run* — one pass over some or all agents; *suppressed* — a role in which a framework wants no offers.
 */
export { allocatorBehavior } from './allocator.ts'
export type { AllocatorMessage, AllocatorQuery, OffersMade } from './allocator.ts'
export { stepAllocator } from './step.ts'
export type { AllocatorStep } from './step.ts'
export { availableOn, defaultAllocatorOptions, initialAllocatorState } from './state.ts'
export type {
  AllocatorAgent,
  AllocatorFramework,
  AllocatorOptions,
  AllocatorState,
  SorterKind,
} from './state.ts'
export type {
  AllocationDecision,
  AllocatorEffect,
  AllocatorEvent,
  ConversionAnswered,
  FrameworkTerms,
  Headroom,
  Holding,
  RejectionReason,
} from './protocol.ts'
export { accountsOf } from './shares.ts'
export type { Accounts, AllocatorFigures, FrameworkShare, RoleAccount } from './shares.ts'
export type { Quota } from './quota.ts'
