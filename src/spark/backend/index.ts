/**
 * Scheduler backends: where the executors of an application come from.
 *
 * Each implements {@link SchedulerBackend}: start, stop, requestExecutors, killExecutor. Executors register and are
 * lost at the driver's executor registry, whatever has started them. `local-backend.ts` starts them in the
 * driver's process; `mesos-backend.ts` is the one file of the engine that knows the cluster manager.
 */
export { LocalBackend } from './local-backend.ts'
export type { MakeRunner } from './local-backend.ts'
export { MesosBackend, runMesosExecutor } from './mesos-backend.ts'
export type { MesosBackendOptions } from './mesos-backend.ts'
export type { BackendContext, SchedulerBackend } from './scheduler-backend.ts'
