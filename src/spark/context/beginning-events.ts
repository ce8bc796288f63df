import type { Address, Clock, Environment } from '../../platform/index.ts'
import type { SparkListenerEvent } from '../events/index.ts'
import type { SparkConf } from './conf/index.ts'
import type { SparkSettings } from './spark-conf.ts'

/** Which application begins. */
export interface Beginning {
  readonly applicationId: string
  readonly appName: string
  readonly master: string
  readonly conf: SparkConf
  readonly settings: SparkSettings
}

const MIB = 2 ** 20

/** What listeners are told first. */
export function beginning(
  { applicationId, appName, master, conf, settings }: Beginning,
  { processes, clock }: Pick<Environment, 'processes' | 'clock'>,
): SparkListenerEvent[] {
  const sparkUser = processes.environment['USER'] ?? 'unknown'
  const known: SparkConf = {
    ...conf,
    'spark.app.id': applicationId,
    'spark.app.name': appName,
    'spark.master': master,
  }
  return [
    {
      type: 'SparkListenerResourceProfileAdded',
      resourceProfile: {
        id: 0,
        executorResources: [
          ['cores', settings.executorCores ?? 1],
          ['memory', settings.executorMemoryMb],
          ['offHeap', Math.floor(settings.storage.offHeapBytes / MIB)],
        ],
        taskResources: [['cpus', settings.taskCpus]],
      },
    },
    {
      type: 'SparkListenerEnvironmentUpdate',
      environmentDetails: {
        // Readers look for these names, and Node is what stands in the place of the JVM.
        'JVM Information': [['Java Version', `Node.js ${processes.nodeVersion}`]],
        'Spark Properties': Object.entries(known)
          .map(([key, value]) => [key, String(value)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
        'System Properties': [
          ['os.name', processes.system],
          ['user.name', sparkUser],
        ],
      },
    },
    {
      type: 'SparkListenerApplicationStart',
      appName,
      appId: applicationId,
      time: clock.wallNow(),
      sparkUser,
    },
  ]
}

/**
 * What listeners are told of a driver whose executors run elsewhere: it is one of Spark's executors, too, though it runs no task. It
 * keeps no blocks here, so it has no memory for them.
 */
export function driverAdded(clock: Clock, { host, port }: Address): SparkListenerEvent {
  return {
    type: 'SparkListenerBlockManagerAdded',
    time: clock.wallNow(),
    blockManagerId: { executorId: 'driver', host, port },
    maxMem: 0,
    maxOnHeapMem: 0,
    maxOffHeapMem: 0,
  }
}
