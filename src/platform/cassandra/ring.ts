import type { Client, Host, token, Driver } from './driver.ts'
import type { CqlNode, CqlRing, CqlTokenRange, CqlValue } from '../cql.ts'
import { tablesRefused } from '../table-store.ts'
import type { DriverValues } from './values.ts'

/** The driver's, which its types don't know. */
type Encodes = new (
  protocolVersion: number,
  options: object,
) => { encode: (value: unknown, type: string) => Buffer | null }

interface Tokenizer {
  readonly minToken: () => token.Token
}

const PROTOCOL_VERSION = 4

/** The cluster's ring as the driver knows it now. */
export function ringOf(client: Client, keyspace: string): CqlRing {
  const { metadata } = client
  if (!Object.hasOwn(metadata.keyspaces, keyspace)) {
    throw tablesRefused(keyspace, 'there is no such keyspace')
  }
  const { tokenizer } = metadata as unknown as { readonly tokenizer: Tokenizer }
  const lowest = tokenizer.minToken()
  const partitioner = tokenizer.constructor.name.replace(/Tokenizer$/, 'Partitioner')
  if (partitioner.startsWith('ByteOrdered')) {
    throw tablesRefused(keyspace, `tokens of a ${partitioner} are no numbers`)
  }
  const end = (of: token.Token): bigint | undefined =>
    of.equals(lowest) ? undefined : numberOf(of)
  const ranges: CqlTokenRange[] = []
  for (const whole of metadata.getTokenRanges()) {
    const replicas = metadata.getReplicas(keyspace, whole).map(({ address }) => address)
    for (const range of whole.unwrap()) {
      ranges.push({ start: end(range.start), end: end(range.end), replicas })
    }
  }
  ranges.sort((a, b) => {
    if (a.start === b.start) return 0
    return a.start === undefined || (b.start !== undefined && a.start < b.start) ? -1 : 1
  })
  return { partitioner, nodes: client.hosts.values().map(nodeOf), ranges }
}

/** The driver's own numbers say it only as text. */
function numberOf(token: token.Token): bigint {
  return BigInt((token as unknown as { readonly toString: () => string }).toString())
}

function nodeOf(host: Host): CqlNode {
  const { address, datacenter: dataCenter, rack } = host
  return { address, dataCenter, rack, isUp: host.isUp() }
}

/** The token of a partition key; undefined for types that have others in them. */
export function tokenOf(
  driver: Driver,
  client: Client,
  values: DriverValues,
  key: readonly CqlValue[],
  types: readonly string[],
): bigint | undefined {
  if (types.some((type) => type.includes('<'))) return undefined
  const { Encoder } = driver as unknown as { readonly Encoder: Encodes }
  const options = { encoding: { useBigIntAsLong: true, useBigIntAsVarint: true } }
  const encoder = new Encoder(PROTOCOL_VERSION, options)
  const parts: Buffer[] = []
  const sent = values.sent(key)
  for (const [i, type] of types.entries()) {
    let bytes: Buffer | null
    try {
      bytes = encoder.encode(sent[i], type)
    } catch (error) {
      // A type of the user's, or of a time to come.
      if (!(error instanceof TypeError)) return undefined
      throw tablesRefused(`a key of ${types.join(', ')}`, error.message, error)
    }
    if (bytes === null) return undefined
    parts.push(bytes)
  }
  const routed = parts.length === 1 ? parts[0] : Buffer.concat(parts.flatMap(component))
  return routed && numberOf(client.metadata.newToken(routed))
}

/** As a key of several columns has them: length, bytes, 0. */
function component(bytes: Buffer): readonly Buffer[] {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return [length, bytes, Buffer.alloc(1)]
}
