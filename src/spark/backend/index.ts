/**
 * Scheduler backends: where the executors of an application come from.
 *
 * Each implements {@link SchedulerBackend}: start, stop, killExecutor. Executors register and are lost at the
 * driver's executor registry, whatever has started them. `local-backend.ts` starts them in the driver's process,
 * `local-cluster-backend.ts` in processes of their own beside it, `standalone-backend.ts` by way of a standalone master;
 * `mesos-backend.ts` and `fine-grained-backend.ts` with `mesos-framework.ts`, in the driver, and `run-mesos-executor.ts`, in an
 * executor's process, are the files of the engine that know the cluster manager. What speaks with clusters is loaded when it is
 * needed: `clusters/` is its door.
 */
export { clusterBackends } from './cluster-backends.ts'
export { LocalBackend } from './local-backend.ts'
export type { MakeRunner } from './local-backend.ts'
export { LocalClusterBackend } from './local-cluster-backend.ts'
export { parseConstraints } from './constraints.ts'
export { parseLabels } from './mesos-labels.ts'
export type { MesosWishes } from './mesos-executors.ts'
export { STARTED_FILE, executorProcess, runLocalExecutor } from './run-local-executor.ts'
export type { BackendContext, SchedulerBackend } from './scheduler-backend.ts'
