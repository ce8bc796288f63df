/**
 * Dynamic allocation: the number of executors follows the work. Its state is pure; its actor looks at what the executor registry and
 * the DAG scheduler know, ten times a second, and speaks to the backend by `requestTotalExecutors`.
 *
 * Each resource profile has executors of its own, and the bounds hold for each.
 *
 * Executors that have map outputs of a job under way are never idle: nobody else would serve these.
 */
export { allocationManager } from './allocation-manager.ts'
export type {
  AllocationManagerProps,
  CoresInUse,
  DescribeLoad,
  DescribeShuffles,
  LoadReport,
  ProfileLoad,
  RetireExecutor,
  ShuffleReport,
} from './allocation-manager.ts'
export { DEFAULT_ALLOCATION } from './settings.ts'
export type { AllocationSettings } from './settings.ts'
export { allocationState, allocationTransition, initialTarget } from './transition.ts'
export type { AllocationEffect, AllocationState, ExecutorLoad, Load } from './transition.ts'
