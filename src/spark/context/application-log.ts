import type { Environment } from '../../platform/index.ts'
import { EventLog } from '../event-log/index.ts'
import type { ListenerBus } from '../events/index.ts'
import type { EventLogConf } from './event-log-conf.ts'
import type { SparkConf } from './conf/index.ts'

/** What {@link beginLog} tells of. */
export interface Beginning {
  readonly applicationId: string
  readonly appName: string
  readonly master: string
  readonly conf: SparkConf
  readonly eventLog: EventLogConf | undefined
}

/**
 * Tells listeners of the beginning of an application, and opens its event log if there is to be one.
 *
 * @throws TROUPE_SPARK_EVENT_LOG_UNWRITABLE
 */
export async function beginLog(
  { applicationId, appName, master, conf, eventLog }: Beginning,
  { disk, log, processes, clock }: Environment,
  listeners: ListenerBus,
): Promise<EventLog | undefined> {
  let opened: EventLog | undefined
  if (eventLog !== undefined) {
    opened = await EventLog.open({ disk, log, applicationId, ...eventLog })
    listeners.add(opened.listener)
  }
  const time = clock.wallNow()
  const sparkUser = processes.environment['USER'] ?? 'unknown'
  const known: SparkConf = {
    ...conf,
    'spark.app.id': applicationId,
    'spark.app.name': appName,
    'spark.master': master,
  }
  listeners.publish({
    type: 'SparkListenerEnvironmentUpdate',
    environmentDetails: {
      'Spark Properties': Object.entries(known)
        .map(([key, value]) => [key, String(value)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
      'System Properties': [
        ['os.name', processes.system],
        ['user.name', sparkUser],
      ],
    },
  })
  const type = 'SparkListenerApplicationStart'
  listeners.publish({ type, appName, appId: applicationId, time, sparkUser })
  return opened
}
