/**
 * The scenario `fleet`: the cluster manager by itself. Two frameworks of different roles share three agents and run short
 * tasks, until each of their errands is done; tasks are killed by their users now and then. A third one reserves and
 * unreserves. Holds if nothing is offered or used twice, no task ends twice, no reservation is lost or doubled, and at rest
 * the master and its allocator agree on who holds what.
 */
export { fleet } from './fleet.ts'
export { misreserved, orphanedOffer, unbalanced } from './accounts.ts'
export { runErrands } from './executor.ts'
export { fitErrands } from './framework.ts'
export type { Errand } from './errand.ts'
