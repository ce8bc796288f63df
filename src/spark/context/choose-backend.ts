import type { TroupeNode } from '../../actors/index.ts'
import {
  LocalBackend,
  LocalClusterBackend,
  clusterBackends,
  type SchedulerBackend,
} from '../backend/index.ts'
import { invalidArgument } from '../errors.ts'
import type { SparkEvent } from '../events/index.ts'
import { ThreadTaskRunner } from '../executor/index.ts'
import type { MasterUrl, SparkSettings } from './spark-conf.ts'

/** Loads what the backend of a master needs, if that is not there. */
export async function loadBackend({ type }: MasterUrl): Promise<void> {
  if ((type !== 'mesos' && type !== 'standalone') || clusterBackends() !== undefined) return
  // eslint-disable-next-line no-restricted-syntax -- of our own package, and known before it runs
  await import('../backend/clusters/index.ts')
}

/**
 * The backend that a master's URL stands for.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID unless {@link loadBackend} has loaded what it needs
 */
export function chooseBackend(
  master: MasterUrl,
  settings: SparkSettings,
  node: TroupeNode | undefined,
): SchedulerBackend {
  switch (master.type) {
    case 'local':
      return new LocalBackend(
        master.threads,
        (slots, tasks, { system }, readRemote) =>
          new ThreadTaskRunner(slots, system.environment, tasks, readRemote),
      )
    case 'local-cluster': {
      const { executors, cores, memoryMb } = master
      const { driverHost: host, secret } = settings
      return new LocalClusterBackend({ executors, cores, memoryMb, node, host, secret })
    }
    case 'standalone': {
      const { driverHost: host, secret, maxCores, executorCores, executorMemoryMb } = settings
      const { masters } = master
      const limits = { maxCores, executorCores, executorMemoryMb }
      return ofClusters().standalone({ masters, node, host, secret, ...limits })
    }
    case 'mesos': {
      const {
        driverHost: host,
        secret,
        maxCores,
        executorCores,
        executorMemoryMb,
        taskCpus,
        mesos,
      } = settings
      const limits = { maxCores, executorCores, executorMemoryMb, taskCpus, ...mesos }
      const options = { master: master.address, line: master.line, node, host, secret, ...limits }
      return mesos.isCoarse ? ofClusters().mesos(options) : ofClusters().fineGrained(options)
    }
  }
}

function ofClusters(): NonNullable<ReturnType<typeof clusterBackends>> {
  const backends = clusterBackends()
  if (backends !== undefined) return backends
  const accepted =
    'a master on this machine; with a cluster a context is made by SparkContext.create'
  throw invalidArgument('new SparkContext: master', 'that of a cluster', accepted)
}

/** The listener that tells a backend which executors have registered, and which the registry has given up. */
export function tellOfExecutors(backend: SchedulerBackend): (event: SparkEvent) => void {
  return (event) => {
    if (event.type === 'executor-added') backend.executorAdded?.(event.executorId)
    if (event.type === 'executor-removed') backend.executorLost?.(event.executorId)
  }
}
