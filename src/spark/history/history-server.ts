import type { Environment } from '../../platform/index.ts'
import { RestServer } from '../rest-api/index.ts'
import { DEFAULT_STATUS_LIMITS } from '../status/index.ts'
import { LogDirectory } from './log-directory.ts'

/** Where a history server listens, and what it reads. */
export interface HistoryOptions {
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
  /** Of event logs. */
  readonly directory: string
}

/**
 * Serves the REST API of the applications whose event logs lie in a directory, also of those that still run.
 *
 * @throws TROUPE_SPARK_EVENT_LOGS_MISSING, TROUPE_PLATFORM_ADDRESS_IN_USE, TROUPE_PLATFORM_LISTEN_FAILED
 */
export async function startHistoryServer(
  environment: Environment,
  { host, port, directory }: HistoryOptions,
): Promise<RestServer> {
  const { disk, log, clock } = environment
  const nowMs = (): number => clock.wallNow()
  const logs = new LogDirectory({ disk, log, nowMs, directory, limits: DEFAULT_STATUS_LIMITS })
  await logs.check()
  return RestServer.listen(environment, logs, { host, port, maxRetries: 0 })
}
