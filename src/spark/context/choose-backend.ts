import type { TroupeNode } from '../../actors/index.ts'
import {
  LocalBackend,
  LocalClusterBackend,
  MesosBackend,
  StandaloneBackend,
  type SchedulerBackend,
} from '../backend/index.ts'
import { ThreadTaskRunner } from '../executor/index.ts'
import type { MasterUrl, SparkSettings } from './spark-conf.ts'

/** The backend that a master's URL stands for. */
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
      return new StandaloneBackend({ masters, node, host, secret, ...limits })
    }
    case 'mesos': {
      const {
        driverHost: host,
        secret,
        maxCores,
        executorCores,
        executorMemoryMb,
        mesos,
      } = settings
      const address = `${master.host}:${master.port}`
      const limits = { maxCores, executorCores, executorMemoryMb, ...mesos }
      return new MesosBackend({ master: address, line: master.line, node, host, secret, ...limits })
    }
  }
}
