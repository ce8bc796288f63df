import { Command, Option } from '../command-line.ts'
import { defaultDoor, startIngest, type DoorSettings } from '../../ingest/index.ts'
import type { CommandFactory } from './command.ts'
import { duration, shownDuration } from './duration.ts'
import {
  addStoreFlags,
  describeStores,
  storeSettingsOf,
  type StoreFlags,
} from './ingest-store-flags.ts'
import { endWithFlag, hostFlag, wholeNumber } from './node-flags.ts'
import { sslCertFlag, sslKeyFlag, tlsOf, type TlsFlags } from './tls-flags.ts'
import { onTold } from './until-told.ts'

interface IngestFlags extends StoreFlags, TlsFlags {
  readonly host: string
  readonly port: number
  readonly maxBody: number
  readonly maxBatch: number
  readonly requestTimeout: number
  readonly wait: number
  readonly maxWaiting: number
  readonly drain: number
  readonly endWith?: number
}

/** `troupe ingest`: the service that takes events in, until it is told to end. */
export const ingestCommand: CommandFactory = (environment, finish) =>
  addDoorFlags(addStoreFlags(new Command('ingest')))
    .description('take events in over HTTP, into an event log and a table')
    .action(async (flags: IngestFlags) => {
      const { disk, processes } = environment
      const stores = await storeSettingsOf(disk, flags)
      const door: DoorSettings = {
        host: flags.host,
        port: flags.port,
        ...(await tlsOf(environment, flags)),
        maxBodyBytes: flags.maxBody,
        maxBatchEvents: flags.maxBatch,
        requestTimeoutMs: flags.requestTimeout,
        waitMs: flags.wait,
        maxWaiting: flags.maxWaiting,
        drainMs: flags.drain,
      }
      const service = await startIngest(environment, { stores, door })
      const { system, url } = service
      processes.stdout.write(`ingest listens on ${url}\n`)
      processes.stdout.write(`events go to ${describeStores(stores)}\n`)
      const forget = onTold(environment, flags.endWith, () => void service.stop())
      const { failure } = await system.whenTerminated
      forget()
      await service.stop()
      if (failure !== undefined) throw failure.error
      finish(0)
    })

function addDoorFlags(command: Command): Command {
  const { port, maxBodyBytes, maxBatchEvents, requestTimeoutMs, waitMs, maxWaiting, drainMs } =
    defaultDoor
  return command
    .addOption(hostFlag())
    .addOption(
      new Option('-p, --port <port>', 'port to listen on; 0 takes any free one')
        .argParser(wholeNumber('a port', 0, 65_535))
        .default(port),
    )
    .addOption(sslCertFlag())
    .addOption(sslKeyFlag())
    .addOption(
      new Option('--max-body <bytes>', 'a longer body, unpacked, is answered with 413')
        .argParser(wholeNumber('a size', 1, 2 ** 30))
        .default(maxBodyBytes),
    )
    .addOption(
      new Option('--max-batch <count>', 'a batch of more events is answered with 413')
        .argParser(wholeNumber('a count', 1, 1_000_000))
        .default(maxBatchEvents),
    )
    .addOption(
      new Option('--request-timeout <time>', 'how long a client may take to send a request')
        .argParser(duration(1))
        .default(requestTimeoutMs, shownDuration(requestTimeoutMs)),
    )
    .addOption(
      new Option('--wait <time>', 'what is not stored by then is answered with 503')
        .argParser(duration(1))
        .default(waitMs, shownDuration(waitMs)),
    )
    .addOption(
      new Option('--max-waiting <count>', 'events that wait at a time; more are answered with 503')
        .argParser(wholeNumber('a count', 1, 10_000_000))
        .default(maxWaiting),
    )
    .addOption(
      new Option('--drain <time>', 'how long requests at work may take once it is told to end')
        .argParser(duration(1))
        .default(drainMs, shownDuration(drainMs)),
    )
    .addOption(endWithFlag())
}
