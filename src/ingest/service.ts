import { ActorSystem, formatAddress } from '../actors/index.ts'
import { isTroupeError, type Environment, type HttpListener } from '../platform/index.ts'
import { oneForOne } from '../supervision/index.ts'
import { IngestError } from './errors.ts'
import { Door, refusal, tooLarge } from './http/index.ts'
import { Intake } from './intake.ts'
import { Rim } from './rim/index.ts'
import type { IngestSettings } from './settings.ts'

/** The service, as it runs. */
export interface IngestService {
  readonly system: ActorSystem
  /** Where it listens, such as `http://127.0.0.1:31337`. */
  readonly url: string
  /**
   * Takes no more connections, answers what is at work, for `drainMs` at most, closes its connections and ends its system. Every call
   * resolves when that is done.
   */
  stop(): Promise<void>
}

/**
 * Starts the service: an HTTP door, and `/user/rim`, the supervisor of the actors that log events and write rows. Resolves once the log and the
 * table were reached, or could not be: from servers that are away it does not need to be started again.
 * @throws TROUPE_PLATFORM_ADDRESS_IN_USE, TROUPE_PLATFORM_LISTEN_FAILED; what an embedded store fails with at first;
 * TROUPE_PLATFORM_TABLES_REFUSED where the table is another one
 */
export async function startIngest(
  environment: Environment,
  settings: IngestSettings,
): Promise<IngestService> {
  const { door: doorSettings, stores } = settings
  const { host, port, tls, maxBodyBytes, requestTimeoutMs, maxWaiting, drainMs } = doorSettings
  // What no restart helps with ends the service.
  const supervision = oneForOne({ directive: 'escalate' })
  const system = ActorSystem.create('ingest', { environment, supervision })
  const rim = new Rim(system, stores, maxWaiting)
  const intake = new Intake(rim, environment.clock, stores.topics, doorSettings)
  const door = new Door({ system, rim, intake, settings: doorSettings })
  let listener: HttpListener
  try {
    listener = await environment.http.listen(
      { host, port },
      (exchange) => void door.serve(exchange),
      {
        maxBodyBytes,
        requestTimeoutMs,
        ...(tls !== undefined && { tls }),
        onRefused(status) {
          door.telemetry.answered('other', status, 0)
          const { headers, body } = refusal(
            status === 413
              ? tooLarge(`A body of more than ${maxBodyBytes} bytes`)
              : new IngestError(
                  'TROUPE_INGEST_BODY_INVALID',
                  'The body is not packed as its content-encoding says.',
                ),
          )
          return { ...(headers && { headers }), ...(body && { body }) }
        },
      },
    )
  } catch (error) {
    await system.terminate()
    throw error
  }
  let stopping: Promise<void> | undefined
  const end = async (): Promise<void> => {
    door.drain()
    await within(environment, drainMs, listener.drain())
    await listener.close()
    await system.terminate()
  }
  const stop = (): Promise<void> => (stopping ??= end())
  void system.whenTerminated.then(stop)
  await Promise.all(rim.actors.map(({ state }) => state.tried))
  const hopeless = rim.actors.find(({ name, state }) => isHopeless(name, state.error, settings))
  if (hopeless !== undefined) {
    await stop()
    throw hopeless.state.error
  }
  const scheme = tls === undefined ? 'http' : 'https'
  return { system, url: `${scheme}://${formatAddress(listener.address)}`, stop }
}

/** An embedded store that fails at first has a directory that won't do; a table that is another one will go on to be. */
function isHopeless(name: string, error: unknown, { stores }: IngestSettings): boolean {
  if (error === undefined) return false
  if (name === 'the event log') return stores.log.type === 'embedded'
  const isRefused = isTroupeError(error) && error.code === 'TROUPE_PLATFORM_TABLES_REFUSED'
  return stores.tables.type === 'embedded' || isRefused
}

/** Resolves when the work is done, or its time is over. */
async function within(
  { clock }: Pick<Environment, 'clock'>,
  limitMs: number,
  work: Promise<void>,
): Promise<void> {
  let cancel = (): void => undefined
  const late = new Promise<void>((resolve) => {
    const timer = clock.setTimer(limitMs, resolve)
    cancel = () => timer.cancel()
  })
  await Promise.race([work, late])
  cancel()
}
