import type { Address, Environment, Timer } from '../../platform/index.ts'
import { RestServer } from '../rest-api/index.ts'
import { DEFAULT_STATUS_LIMITS } from '../status/index.ts'
import type { CleanerRules } from './cleaner.ts'
import { LogDirectory } from './log-directory.ts'

/** Where a history server listens, and what it reads. */
export interface HistoryOptions {
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
  /** Of event logs. */
  readonly directory: string
  /** Undefined: no log is removed. */
  readonly cleaner?: CleanerRules & { readonly intervalMs: number }
}

/** One that listens. */
export interface HistoryServer {
  readonly address: Address
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves the REST API of the applications whose event logs lie in a directory, also of those that still run.
 *
 * @throws TROUPE_SPARK_EVENT_LOGS_MISSING, TROUPE_PLATFORM_ADDRESS_IN_USE, TROUPE_PLATFORM_LISTEN_FAILED
 */
export async function startHistoryServer(
  environment: Environment,
  { host, port, directory, cleaner }: HistoryOptions,
): Promise<HistoryServer> {
  const { disk, log, clock } = environment
  const nowMs = (): number => clock.wallNow()
  const logs = new LogDirectory({ disk, log, nowMs, directory, limits: DEFAULT_STATUS_LIMITS })
  await logs.check()
  const server = await RestServer.listen(environment, logs, { host, port, maxRetries: 0 })
  let timer: Timer | undefined
  const clean = async (): Promise<void> => {
    if (cleaner === undefined) return
    await logs.clean(cleaner)
    const again = (): void => {
      cleaning = clean()
    }
    timer = clock.setTimer(cleaner.intervalMs, again, { background: true })
  }
  let cleaning = clean()
  return {
    address: server.address,
    url: server.url,
    async close() {
      await cleaning
      timer?.cancel()
      await server.close()
    },
  }
}
