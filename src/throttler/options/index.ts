/**
 * What texts of a command line mean: rates ({@link readRate}), the store under load ({@link storeOf}), the program that agents start.
 */
export { executorCommandOf } from './executor-command.ts'
export { RATE_FORMS, readRate } from './rate-text.ts'
export { hostsOf, storeOf } from './store-text.ts'
