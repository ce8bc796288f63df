import { rootOf, type DriverFiles } from '../../files/index.ts'
import type { Partition } from '../partition.ts'
import type { FileSplit } from './input-splits.ts'

/** Files whose blocks are asked for at a time. */
const AT_A_TIME = 16

/**
 * Splits with the hosts that have most of their bytes, at most three; as they are where files lie nowhere in particular.
 *
 * @see org.apache.hadoop.mapred.FileInputFormat
 */
export async function withHosts(
  files: Pick<DriverFiles, 'at'>,
  splits: readonly FileSplit[],
): Promise<readonly FileSplit[]> {
  const ends = new Map<string, number>()
  for (const { path, endBytes } of splits) {
    ends.set(path, Math.max(endBytes, ends.get(path) ?? 0))
  }
  const hosts = new Map<string, (split: FileSplit) => readonly string[]>()
  const open = [...ends]
  /** Where files lie nowhere in particular: opening it again for each file would say no more. */
  const placeless = new Set<string>()
  const look = async (): Promise<void> => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [path, sizeBytes] = next
      const root = rootOf(path)
      if (placeless.has(root)) continue
      const system = files.at(path)
      if (system.blocks === undefined) {
        placeless.add(root)
        continue
      }
      const blocks = await system.blocks(path, sizeBytes)
      hosts.set(path, (split) => bestHosts(blocks, split))
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, look))
  return splits.map((split) => {
    const found = hosts.get(split.path)?.(split) ?? []
    return found.length === 0 ? split : { ...split, hosts: found }
  })
}

const MOST_HOSTS = 3

/** The hosts of a split's blocks, those with the most of its bytes first. */
export function bestHosts(
  blocks: readonly {
    readonly startBytes: number
    readonly lengthBytes: number
    readonly hosts: readonly string[]
  }[],
  { startBytes, endBytes }: FileSplit,
): readonly string[] {
  const bytes = new Map<string, number>()
  for (const block of blocks) {
    const from = Math.max(startBytes, block.startBytes)
    const common = Math.min(endBytes, block.startBytes + block.lengthBytes) - from
    if (common <= 0) continue
    for (const host of block.hosts) bytes.set(host, (bytes.get(host) ?? 0) + common)
  }
  // A host may be known by a name and by an address.
  const most = Math.max(0, ...bytes.values())
  const ranked = [...bytes].sort(([, a], [, b]) => b - a)
  const full = ranked.filter(([, has]) => has === most)
  return ranked.slice(0, Math.max(MOST_HOSTS, full.length)).map(([host]) => host)
}

/** A partition for each split, with its hosts. */
export async function splitPartitions(
  files: Pick<DriverFiles, 'at'>,
  splits: readonly FileSplit[],
): Promise<readonly (Partition & FileSplit)[]> {
  return (await withHosts(files, splits)).map((split, index) => ({ ...split, index }))
}
