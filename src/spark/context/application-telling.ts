import type { Environment } from '../../platform/index.ts'
import type { EventLog, EventLogProps } from '../event-log/index.ts'
import { listenerOf, type ListenerBus } from '../events/index.ts'
import type { ApplicationRest, AskThreads } from './application-rest.ts'
import { extraListeners } from './extra-listeners.ts'
import { beginning, type Beginning } from './beginning-events.ts'

/** The ways in which an application is seen from outside. */
export interface Telling {
  readonly uiWebUrl: string | undefined
  /** Ends them, the event log whole. Never fails. */
  close(): Promise<void>
}

/**
 * Opens the event log and the REST API of an application, if there is to be one or the other, and tells listeners of its
 * beginning. Without a port for its API the application runs all the same, with a warning.
 *
 * @throws TROUPE_SPARK_EVENT_LOG_UNWRITABLE, and what the listeners of `spark.extraListeners` can't be loaded for
 */
export async function tellOf(
  of: Beginning,
  environment: Environment,
  listeners: ListenerBus,
  threads: AskThreads,
): Promise<Telling> {
  for (const one of await extraListeners(of.conf, environment)) listeners.add(listenerOf(one))
  const { disk, log } = environment
  const { eventLog: logConf, ui } = of.settings
  const { applicationId } = of
  const eventLog = logConf && (await openLog({ disk, log, applicationId, ...logConf }))
  if (eventLog !== undefined) listeners.add(eventLog.listener)
  const rest = ui && (await restOf(applicationId, ui, eventLog?.path, threads))
  if (rest !== undefined) listeners.add(rest.listener)
  for (const event of beginning(of, environment)) listeners.publish(event)
  await rest?.listen(environment)
  return {
    uiWebUrl: rest?.url,
    async close() {
      await rest?.close()
      await eventLog?.close()
    },
  }
}

/* eslint-disable no-restricted-syntax -- of our own package, and known before they run: only who is told of waits for them */
async function openLog(props: EventLogProps): Promise<EventLog> {
  const module = await import('../event-log/index.ts')
  return module.EventLog.open(props)
}

async function restOf(
  ...args: ConstructorParameters<typeof ApplicationRest>
): Promise<ApplicationRest> {
  const module = await import('./application-rest.ts')
  return new module.ApplicationRest(...args)
}
/* eslint-enable no-restricted-syntax */
