import type { CqlNode, CqlRing, CqlTokenRange } from '../../../platform/index.ts'

/** Tokens above `start` up to `end` with it; undefined for the ring's ends. */
export type TokenSpan = Pick<CqlTokenRange, 'start' | 'end'>

/** What one partition of a table's RDD reads. */
export interface TableSplit {
  readonly spans: readonly TokenSpan[]
  /** That have all of it. */
  readonly hosts: readonly string[]
}

/** What a node has estimated of the part of a table that it owns. */
export interface SizeEstimate {
  readonly start: bigint
  readonly end: bigint
  readonly meanPartitionBytes: bigint
  readonly partitions: bigint
}

/** Some partitions more than slots, so that no slot waits for long; as DataStax's. */
const MOST_SPARE = 1.1

/** The lowest token, and how many there are. */
function extentOf(partitioner: string): readonly [lowest: bigint, size: bigint] {
  return partitioner.startsWith('Random') ? [0n, 2n ** 127n] : [-(2n ** 63n), 2n ** 64n]
}

/** About how many bytes a table has in one copy, from what one node has estimated of its own share; undefined when it has none. */
export function tableBytes(
  estimates: readonly SizeEstimate[],
  partitioner: string,
): number | undefined {
  const [, size] = extentOf(partitioner)
  let bytes = 0n
  let owned = 0n
  for (const { start, end, meanPartitionBytes, partitions } of estimates) {
    bytes += meanPartitionBytes * partitions
    owned += end > start ? end - start : end - start + size
  }
  return owned === 0n ? undefined : Number(bytes) / (Number(owned) / Number(size))
}

/** How many partitions a table is read in: of about `splitBytes` each, but some for every slot. */
export function splitCount(
  bytes: number | undefined,
  splitBytes: number,
  parallelism: number,
): number {
  return Math.max(1 + 2 * parallelism, Math.ceil((bytes ?? 0) / splitBytes))
}

/**
 * Cuts the ring into about `count` parts of as many tokens each, and puts small ranges together that have the same replicas. Every token is in one of them. Hosts are
 * those of `localDataCenter`, where that is known.
 */
export function planSplits(
  ring: CqlRing,
  count: number,
  localDataCenter: string | undefined,
): readonly TableSplit[] {
  const [lowest, size] = extentOf(ring.partitioner)
  const goal = Number(size) / count
  const hostsOf = localHosts(ring.nodes, localDataCenter)
  const open = new Map<string, { spans: TokenSpan[]; hosts: readonly string[]; tokens: number }>()
  const splits: TableSplit[] = []
  for (const range of ring.ranges) {
    const start = range.start ?? lowest
    const end = range.end ?? lowest + size
    const hosts = hostsOf(range.replicas)
    const key = [...hosts].sort().join()
    for (const span of cut(
      range,
      start,
      end,
      Math.max(1, Math.round(Number(end - start) / goal)),
    )) {
      const tokens = Number((span.end ?? end) - (span.start ?? start))
      const group = open.get(key)
      if (group !== undefined && group.tokens + tokens <= goal * MOST_SPARE) {
        group.spans.push(span)
        group.tokens += tokens
        continue
      }
      if (group !== undefined) splits.push({ spans: group.spans, hosts: group.hosts })
      open.set(key, { spans: [span], hosts, tokens })
    }
  }
  for (const { spans, hosts } of open.values()) splits.push({ spans, hosts })
  return splits
}

/** A range in so many parts. Its own ends stay as they are. */
function cut(range: TokenSpan, start: bigint, end: bigint, parts: number): readonly TokenSpan[] {
  const at = (i: number): bigint => start + ((end - start) * BigInt(i)) / BigInt(parts)
  const spans: TokenSpan[] = []
  for (let i = 0; i < parts; i += 1) {
    const [from, to] = [at(i), at(i + 1)]
    if (from === to) continue
    spans.push({
      start: i === 0 ? range.start : from,
      end: i === parts - 1 ? range.end : to,
    })
  }
  return spans
}

/** The hosts of replicas, without ports: those of one data centre, or all. */
export function localHosts(
  nodes: readonly CqlNode[],
  dataCenter: string | undefined,
): (replicas: readonly string[]) => readonly string[] {
  const local = new Set(
    nodes.filter((node) => node.dataCenter === dataCenter).map(({ address }) => address),
  )
  return (replicas) =>
    replicas.filter((address) => dataCenter === undefined || local.has(address)).map(hostOf)
}

function hostOf(address: string): string {
  return address.replace(/:\d+$/, '')
}
