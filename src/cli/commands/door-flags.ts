import { Option, type Command } from '../command-line.ts'
import {
  MesosError,
  parseAcls,
  parseCredentials,
  parseRateLimits,
  type Acls,
  type Credential,
  type MasterNodeOptions,
} from '../../mesos/index.ts'
import type { Disk } from '../../platform/index.ts'
import { wholeNumber } from './node-flags.ts'

/** What the flags of a master say of its HTTP door. */
export interface DoorFlags {
  readonly credentials?: string
  readonly authenticateHttpReadonly: boolean
  readonly authenticateHttpReadwrite: boolean
  readonly authenticateHttpFrameworks: boolean
  readonly acls?: string
  readonly rateLimits?: string
  readonly maxOperatorEventStreamSubscribers: number
}

const MAX_SUBSCRIBERS = 1000

/** Adds the flags of a master's HTTP door, as Mesos has them. */
export function addDoorFlags(command: Command): Command {
  return command
    .option('--credentials <file>', 'principals and their secrets, as JSON or a pair a line')
    .option(
      '--authenticate-http-readonly',
      'whoever reads at the HTTP door must prove who it is',
      false,
    )
    .option('--authenticate-http-readwrite', 'so must whoever changes something there', false)
    .option('--authenticate-http-frameworks', 'and so must frameworks', false)
    .option('--rate-limits <json>', 'how fast calls of frameworks are taken: JSON, or a file of it')
    .option('--acls <json>', 'what principals may do and see: JSON, or a file of it')
    .addOption(
      new Option(
        '--max-operator-event-stream-subscribers <count>',
        'how many may be subscribed to the events of the cluster',
      )
        .argParser(wholeNumber('a count', 1, 1_000_000))
        .default(MAX_SUBSCRIBERS),
    )
}

/** What the door is told, and the ACLs, which the master is told too. */
export interface DoorOptions {
  readonly door: NonNullable<MasterNodeOptions['door']>
  readonly acls: Acls | undefined
}

/** @throws TROUPE_MESOS_CREDENTIALS_INVALID, TROUPE_MESOS_ACLS_INVALID, TROUPE_MESOS_RATE_LIMITS_INVALID, TROUPE_PLATFORM_FILE_UNREADABLE */
export async function doorOptionsOf(disk: Disk, flags: DoorFlags): Promise<DoorOptions> {
  const acls = await aclsOf(disk, flags.acls)
  const closed = {
    readonly: flags.authenticateHttpReadonly,
    readwrite: flags.authenticateHttpReadwrite,
    frameworks: flags.authenticateHttpFrameworks,
  }
  const security = await securityOf(disk, closed, flags.credentials, ['master', '--credentials'])
  return {
    acls,
    door: {
      ...(flags.rateLimits !== undefined && {
        rateLimits: parseRateLimits(await textOf(disk, flags.rateLimits)),
      }),
      maxOperatorStreams: flags.maxOperatorEventStreamSubscribers,
      ...(security !== undefined && { security }),
      ...(acls !== undefined && { acls }),
    },
  }
}

type Security = NonNullable<DoorOptions['door']['security']>

/**
 * Who is asked at a node's door who it is, and by which credentials; undefined if there are none.
 * @throws TROUPE_MESOS_CREDENTIALS_INVALID, TROUPE_PLATFORM_FILE_UNREADABLE
 */
export async function securityOf(
  disk: Disk,
  closed: Omit<Security, 'credentials'>,
  credentials: string | undefined,
  [node, flag]: readonly [node: string, flag: string],
): Promise<Security | undefined> {
  if (credentials !== undefined) {
    return { credentials: parseCredentials(await textOf(disk, credentials)), ...closed }
  }
  const area = (['readonly', 'readwrite', 'frameworks'] as const).find((one) => closed[one])
  if (area === undefined) return undefined
  const realm = `mesos-${node}-${area === 'frameworks' ? 'scheduler' : area}`
  throw new MesosError(
    'TROUPE_MESOS_CREDENTIALS_INVALID',
    `No credentials provided for the default 'basic' HTTP authenticator for realm '${realm}': name a file of them by ${flag}`,
  )
}

/** @throws TROUPE_MESOS_ACLS_INVALID, TROUPE_PLATFORM_FILE_UNREADABLE */
export async function aclsOf(disk: Disk, acls: string | undefined): Promise<Acls | undefined> {
  return acls === undefined ? undefined : parseAcls(await textOf(disk, acls))
}

/** Said where anybody on the network can ask at a door: the flags that close it. */
export function openDoorWarning(...flags: readonly string[]): string {
  return `warning: the HTTP door listens beyond loopback, and not everybody must prove there who he is (${flags.join(', ')})\n`
}

/** The one credential that a file holds: JSON of `principal` and `secret`, or the two in a line. */
export async function credentialOf(disk: Disk, file: string): Promise<Credential> {
  const text = (await textOf(disk, file)).trim()
  const isOne = text.startsWith('{') && !text.includes('"credentials"')
  const all = [...parseCredentials(isOne ? `{"credentials":[${text}]}` : text)]
  const [first] = all
  if (first !== undefined && all.length === 1) return { principal: first[0], secret: first[1] }
  throw new MesosError(
    'TROUPE_MESOS_CREDENTIALS_INVALID',
    `The credential can't be used: there are ${all.length} where one says who asks.`,
  )
}

/** Whether everybody who comes to the door must prove who it is. */
export function isGuarded(flags: DoorFlags): boolean {
  return (
    flags.authenticateHttpReadonly &&
    flags.authenticateHttpReadwrite &&
    flags.authenticateHttpFrameworks
  )
}

/** As `/flags` shows them. */
export function shownDoorFlags(flags: DoorFlags): Readonly<Record<string, string>> {
  const { credentials, acls, rateLimits } = flags
  return {
    authenticate_http_readonly: String(flags.authenticateHttpReadonly),
    authenticate_http_readwrite: String(flags.authenticateHttpReadwrite),
    authenticate_http_frameworks: String(flags.authenticateHttpFrameworks),
    max_operator_event_stream_subscribers: String(flags.maxOperatorEventStreamSubscribers),
    ...(credentials !== undefined && isPath(credentials) && { credentials }),
    ...(acls !== undefined && { acls }),
    ...(rateLimits !== undefined && { rate_limits: rateLimits }),
  }
}

/** The text itself, or that of the file it names. */
async function textOf(disk: Disk, value: string): Promise<string> {
  return isPath(value) ? new TextDecoder().decode(await disk.readFile(value)) : value
}

/** Of `file:///path` the content has come in place of it. */
export function isPath(value: string): boolean {
  return /^[./]/.test(value) || !/[\s{]/.test(value)
}
