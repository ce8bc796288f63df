/**
 * The master of a standalone cluster: who has which cores, and what becomes of whom.
 *
 * `step.ts` is all of its decisions, a pure function of its state and what happens; {@link sparkMaster} is the actor
 * that carries them out, and notes why. What it must not forget (workers, applications, drivers) goes to a
 * {@link RecoveryStore}, before anybody is told of it.
 */
export { sparkMaster } from './master.ts'
export { DEFAULT_MASTER_OPTIONS } from './options.ts'
export type { MasterOptions } from './options.ts'
export type {
  ApplicationConnected,
  MasterMessage,
  MasterRequest,
  WorkerConnected,
} from './protocol.ts'
export { coresGranted, initialState, usageOf } from './state.ts'
export type { ApplicationInfo, DriverInfo, MasterState, StoredItem, WorkerInfo } from './state.ts'
export {
  FileRecoveryStore,
  idOf,
  isItemName,
  nameOf,
  readItem,
  writtenItem,
} from './recovery-store.ts'
export type { RecoveryStore } from './recovery-store.ts'
