import { formatAddress } from '../../actors/index.ts'
import type { Address, Environment } from '../../platform/index.ts'
import {
  Election,
  findLeader,
  type Leadership,
  type QueuePlace,
} from '../../platform/zookeeper/index.ts'
import { MesosError } from '../errors.ts'
import { STEM, parseZooKeeperUrl } from './zookeeper-url.ts'

/** As Mesos' `zk_session_timeout`; ZooKeeper's servers may change it. */
const SESSION_MS = 10_000

/** Where masters elect the one that leads. */
export interface SharedPlace extends QueuePlace {
  /** How long a leader that is silent stays it; ten seconds by default. */
  readonly sessionTimeoutMs?: number
}

/** Where a master is. */
export interface MasterPlace {
  /** Of its HTTP door. */
  readonly door: Address
  /** `host:port` of its line; undefined of a master that is none of Troupe. */
  readonly line: string | undefined
}

/** What becomes of a master that stands for election. */
export type Candidate = {
  readonly onElected: (leadership: Leadership) => void
  readonly onLost: (reason: string) => void
} & MasterPlace

/** The part of a master in the election; `run` begins it. */
export function standForLeader(
  environment: Environment,
  { sessionTimeoutMs = SESSION_MS, ...place }: SharedPlace,
  { onElected, onLost, ...self }: Candidate,
): Election {
  return new Election({
    environment,
    ...place,
    prefix: STEM,
    value: masterInfo(environment.random.id(), self),
    sessionTimeoutMs,
    onElected,
    onLost,
  })
}

/**
 * The master that leads, by `zk://host:port/path`.
 *
 * @throws TROUPE_MESOS_URL_INVALID, TROUPE_MESOS_LEADER_UNKNOWN, TROUPE_PLATFORM_ZOOKEEPER_FAILED
 */
export async function findMaster(environment: Environment, url: string): Promise<MasterPlace> {
  const found = readMasterInfo(await findLeader(environment, parseZooKeeperUrl(url), SESSION_MS))
  if (found !== undefined) return found
  throw new MesosError(
    'TROUPE_MESOS_LEADER_UNKNOWN',
    `No master leads at ${url}: start one with --zk=${url}, or wait until one is elected.`,
    { data: { url } },
  )
}

/** A MasterInfo as Mesos writes it, with the line as a field of its own, which others pass over. */
function masterInfo(id: string, { door, line }: MasterPlace): Uint8Array {
  const { host, port } = door
  const info = {
    address: { hostname: host, ip: host, port },
    capabilities: [],
    hostname: host,
    id,
    ip: networkOrder(host),
    pid: `master@${formatAddress(door)}`,
    port,
    version: '1.11.0',
    ...(line !== undefined && { troupe_line: line }),
  }
  return new TextEncoder().encode(JSON.stringify(info))
}

/** What a master's node says; undefined of what is no such thing. */
export function readMasterInfo(value: Uint8Array | undefined): MasterPlace | undefined {
  if (value === undefined) return undefined
  try {
    const info = JSON.parse(new TextDecoder().decode(value)) as {
      readonly address?: { readonly hostname?: string; readonly ip?: string; readonly port: number }
      readonly troupe_line?: unknown
    }
    const { ip, hostname, port } = info.address ?? { port: 0 }
    const host = ip ?? hostname
    if (host === undefined || !Number.isInteger(port)) return undefined
    const line = typeof info.troupe_line === 'string' ? info.troupe_line : undefined
    return { door: { host, port }, line }
  } catch {
    return undefined
  }
}

/** The four bytes of an address as the number that they are in memory; 0 for what has none. */
function networkOrder(host: string): number {
  const bytes = host.split('.').map(Number)
  const [a = 0, b = 0, c = 0, d = 0] =
    bytes.length === 4 && bytes.every((one) => one < 256) ? bytes : []
  return ((d << 24) | (c << 16) | (b << 8) | a) >>> 0
}
