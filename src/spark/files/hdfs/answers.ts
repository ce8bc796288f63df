import type { FileBlock, StoredFile } from '../file-system.ts'

interface FileStatus {
  readonly pathSuffix?: string
  readonly type?: string
  readonly length?: number
  readonly blockSize?: number
}

interface Block {
  readonly offset: number
  readonly length: number
  readonly hosts: readonly string[]
}

/** Of GETFILESTATUS. */
export function statusOf(answer: object, path: string): StoredFile {
  const { FileStatus = {} } = answer as { readonly FileStatus?: FileStatus }
  return fileOf(FileStatus, path)
}

/** Of LISTSTATUS: the entries of a directory, sorted by name. */
export function filesOf(answer: object, directory: string): readonly StoredFile[] {
  const { FileStatuses } = answer as {
    readonly FileStatuses?: { readonly FileStatus?: readonly FileStatus[] }
  }
  const base = directory.endsWith('/') ? directory : `${directory}/`
  const files = (FileStatuses?.FileStatus ?? []).map((status) =>
    fileOf(status, status.pathSuffix === '' ? directory : `${base}${status.pathSuffix}`),
  )
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Of GETFILEBLOCKLOCATIONS, or of GET_BLOCK_LOCATIONS. */
export function blocksOf(answer: object): readonly FileBlock[] {
  const { BlockLocations, LocatedBlocks } = answer as {
    readonly BlockLocations?: { readonly BlockLocation?: readonly BlockLocation[] }
    readonly LocatedBlocks?: { readonly locatedBlocks?: readonly LocatedBlock[] }
  }
  const blocks =
    BlockLocations === undefined
      ? (LocatedBlocks?.locatedBlocks ?? []).map(located)
      : (BlockLocations.BlockLocation ?? []).map(location)
  return blocks.map(({ offset, length, hosts }) => ({
    startBytes: offset,
    lengthBytes: length,
    hosts: [...new Set(hosts)],
  }))
}

interface BlockLocation {
  readonly offset?: number
  readonly length?: number
  readonly hosts?: readonly string[]
  /** Their addresses, with ports. */
  readonly names?: readonly string[]
}

interface LocatedBlock {
  readonly startOffset?: number
  readonly block?: { readonly numBytes?: number }
  readonly locations?: readonly { readonly hostName?: string; readonly ipAddr?: string }[]
}

function location({ offset = 0, length = 0, hosts = [], names = [] }: BlockLocation): Block {
  return { offset, length, hosts: [...hosts, ...names.map((name) => name.replace(/:\d+$/, ''))] }
}

function located({ startOffset = 0, block, locations = [] }: LocatedBlock): Block {
  const hosts = locations.flatMap(({ hostName, ipAddr }) =>
    [hostName, ipAddr].filter((host) => host !== undefined),
  )
  return { offset: startOffset, length: block?.numBytes ?? 0, hosts }
}

function fileOf({ type, length = 0, blockSize = 0 }: FileStatus, path: string): StoredFile {
  const isDirectory = type === 'DIRECTORY'
  return {
    path,
    sizeBytes: length,
    isDirectory,
    ...(!isDirectory && blockSize > 0 && { blockBytes: blockSize }),
  }
}
