import { InvalidArgumentError, Option, type Command } from '../command-line.ts'
import { DEFAULT_TOPIC, type StoreSettings } from '../../ingest/index.ts'
import type { Disk, EventLogSettings, TableStoreSettings } from '../../platform/index.ts'
import { wholeNumber } from './node-flags.ts'

/** Where `troupe ingest` and `troupe replay` find the event log and the table. */
export interface StoreFlags {
  readonly dataDir: string
  readonly kafka?: readonly string[]
  readonly cassandra?: readonly string[]
  readonly localDataCenter: string
  readonly credentialsFile?: string
  readonly topic: string
  readonly deadLetters?: string
  readonly partitions: number
  readonly logReplicas: number
  readonly keyspace: string
  readonly table: string
  readonly tableReplicas: number | Readonly<Record<string, number>>
  readonly writers?: number
}

const MAX_WRITERS = 64
/** Over Cassandra; an embedded store has one writer at a time anyway. */
const WRITERS = 2

/** Adds them to a command. */
export function addStoreFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--data-dir <directory>', 'of the embedded event log and table store').default(
        'ingest-data',
      ),
    )
    .addOption(
      new Option(
        '--kafka <brokers>',
        'brokers of Kafka, host:port,host:port; the embedded event log without',
      ).argParser(addresses),
    )
    .addOption(
      new Option(
        '--cassandra <nodes>',
        'nodes of Cassandra, host:port,host:port; the embedded table store without',
      ).argParser(addresses),
    )
    .addOption(
      new Option('--local-data-center <name>', 'whose nodes of Cassandra are asked').default(
        'datacenter1',
      ),
    )
    .addOption(
      new Option(
        '--credentials-file <file>',
        'who logs in to Cassandra: a file with user name and password, a line each',
      ),
    )
    .addOption(
      new Option('--topic <name>', 'topic of the events')
        .argParser(topicName)
        .default(DEFAULT_TOPIC),
    )
    .addOption(
      new Option(
        '--dead-letters <name>',
        'topic of events that the table will never take; that of the events with _dead behind it by default',
      ).argParser(topicName),
    )
    .addOption(
      new Option('--partitions <count>', 'partitions of a topic that is made')
        .argParser(wholeNumber('a number of partitions', 1, 1024))
        .default(3),
    )
    .addOption(
      new Option('--log-replicas <count>', 'brokers that have each event of a topic that is made')
        .argParser(wholeNumber('a number of replicas', 1, 100))
        .default(1),
    )
    .addOption(
      new Option('-k, --keyspace <name>', 'keyspace of the table').argParser(word).default('demo'),
    )
    .addOption(
      new Option('-t, --table <name>', 'table of the events').argParser(word).default('event'),
    )
    .addOption(
      new Option(
        '--table-replicas <copies>',
        'copies of a keyspace that is made: a number, or data centres such as dc1:3,dc2:2',
      )
        .argParser(replication)
        .default(1),
    )
    .addOption(
      new Option(
        '--writers <count>',
        `actors that write rows, each over a connection of its own; ${WRITERS} by default, 1 where the store is embedded`,
      ).argParser(wholeNumber('a number of writers', 1, MAX_WRITERS)),
    )
}

/** @throws TROUPE_PLATFORM_FILE_UNREADABLE */
export async function storeSettingsOf(disk: Disk, flags: StoreFlags): Promise<StoreSettings> {
  const { topic, deadLetters = `${topic}_dead`, partitions, logReplicas } = flags
  const directory = disk.absolute(flags.dataDir)
  const log: EventLogSettings =
    flags.kafka === undefined
      ? { type: 'embedded', directory: `${directory}/log` }
      : { type: 'kafka', brokers: flags.kafka, clientId: 'troupe-ingest' }
  const tables: TableStoreSettings =
    flags.cassandra === undefined
      ? { type: 'embedded', directory: `${directory}/tables` }
      : {
          type: 'cassandra',
          contactPoints: flags.cassandra,
          localDataCenter: flags.localDataCenter,
          replication: flags.tableReplicas,
          ...(await credentialsOf(disk, flags.credentialsFile)),
        }
  return {
    log,
    tables,
    topics: { events: topic, deadLetters, partitions, replicas: logReplicas },
    keyspace: flags.keyspace,
    table: flags.table,
    writers: flags.writers ?? (tables.type === 'embedded' ? 1 : WRITERS),
  }
}

/** For people: where events go. */
export function describeStores({ log, tables, topics, keyspace, table }: StoreSettings): string {
  const logAt = log.type === 'kafka' ? `Kafka at ${log.brokers.join(',')}` : log.directory
  const tablesAt =
    tables.type === 'cassandra'
      ? `Cassandra at ${tables.contactPoints.join(',')}`
      : tables.directory
  return `topic ${topics.events} of ${logAt}, table ${keyspace}.${table} of ${tablesAt}`
}

async function credentialsOf(
  disk: Disk,
  file: string | undefined,
): Promise<Pick<Extract<TableStoreSettings, { type: 'cassandra' }>, 'credentials'>> {
  if (file === undefined) return {}
  const [username = '', password = ''] = new TextDecoder()
    .decode(await disk.readFile(file))
    .split(/\r?\n/)
  return { credentials: { username, password } }
}

function addresses(text: string): readonly string[] {
  const parts = text.split(',').map((one) => one.trim())
  if (parts.every((one) => /^[^\s:]+(:\d{1,5})?$/.test(one))) return parts
  throw new InvalidArgumentError('It is host:port, or host:port,host:port.')
}

function topicName(text: string): string {
  if (/^[a-zA-Z0-9._-]{1,249}$/.test(text) && !/^\.\.?$/.test(text)) return text
  throw new InvalidArgumentError('It is of 1 to 249 letters, digits, dots, dashes, underscores.')
}

function word(text: string): string {
  if (/^[a-zA-Z]\w{0,47}$/.test(text)) return text
  throw new InvalidArgumentError('It is a letter, then up to 47 letters, digits, underscores.')
}

function replication(text: string): number | Readonly<Record<string, number>> {
  if (/^[1-9]\d?$/.test(text)) return Number(text)
  const parts = text.split(',').map((one) => /^([\w-]+):([1-9]\d?)$/.exec(one.trim()))
  if (parts.every((one) => one !== null)) {
    return Object.fromEntries(parts.map(([, name = '', copies]) => [name, Number(copies)]))
  }
  throw new InvalidArgumentError('It is a number such as 3, or data centres such as dc1:3,dc2:2.')
}
