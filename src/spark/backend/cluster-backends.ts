import type { MesosBackendOptions } from './mesos-executors.ts'
import type { SchedulerBackend } from './scheduler-backend.ts'
import type { StandaloneBackendOptions } from './standalone-backend.ts'

/** How the backends are made that speak with clusters. */
export interface ClusterBackends {
  readonly mesos: (options: MesosBackendOptions) => SchedulerBackend
  readonly fineGrained: (options: MesosBackendOptions) => SchedulerBackend
  readonly standalone: (options: StandaloneBackendOptions) => SchedulerBackend
}

let loaded: ClusterBackends | undefined

/** Called by `clusters/index.ts` once it is loaded. */
export function provideClusterBackends(backends: ClusterBackends): void {
  loaded = backends
}

/** Undefined as long as `clusters/index.ts` is not loaded. */
export function clusterBackends(): ClusterBackends | undefined {
  return loaded
}
