/**
 * Runs a plan from its schema to its end, on a Mesos master of whichever make, or in this process alone: {@link launchRun}.
 */
export { launchRun } from './launcher.ts'
export type { LaunchOptions } from './launcher.ts'
