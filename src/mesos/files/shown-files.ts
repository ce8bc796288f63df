import { isTroupeError, type Disk, type ReadFile } from '../../platform/index.ts'
import { ownersOf } from './owners.ts'
import type { FileRoots } from './roots.ts'

/** A file or a folder as it is shown. */
export interface ShownFile {
  /** As it was asked for, and then its name. */
  readonly path: string
  readonly isDirectory: boolean
  readonly sizeBytes: number
  /** The permission bits. */
  readonly mode: number
  readonly links: number
  readonly modifiedUnixMs: number
  /** Names, where the system has them. */
  readonly user: string
  readonly group: string
}

/** Why a file is not shown. */
export interface FilesProblem {
  readonly problem: 'forbidden' | 'invalid' | 'not-found' | 'unknown'
  readonly message: string
}

/** A file to be read; whoever has it closes it. */
export interface OpenedFile {
  readonly file: ReadFile
  /** Without links. */
  readonly path: string
}

/** What one answer carries at most: 16 pages of memory. */
const MOST_READ_BYTES = 16 * 4096

const FORBIDDEN: FilesProblem = { problem: 'forbidden', message: '403 Forbidden.' }
const NOT_FOUND: FilesProblem = { problem: 'not-found', message: '' }

/** The entries of a folder, by name; a file has none. */
export async function listFiles(
  disk: Disk,
  roots: FileRoots,
  path: string,
): Promise<readonly ShownFile[] | FilesProblem> {
  const place = await placeOf(disk, roots, path)
  if (typeof place !== 'string') return place
  if ((await disk.stat(place))?.isDirectory !== true) return []
  const owners = await ownersOf(disk)
  const shown: ShownFile[] = []
  for (const entry of await disk.list(place)) {
    const details = await disk.describe(entry.path)
    if (details === undefined) continue
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1)
    shown.push({
      path: `${path.replace(/\/+$/, '')}/${name}`,
      isDirectory: details.kind === 'directory',
      sizeBytes: details.sizeBytes,
      mode: details.mode,
      links: details.links,
      modifiedUnixMs: details.modifiedUnixMs,
      user: owners.userName(details.userId),
      group: owners.groupName(details.groupId),
    })
  }
  return shown
}

/** Opens a file that is shown; `what` one does with it is for the refusal of a directory. */
export async function openFile(
  disk: Disk,
  roots: FileRoots,
  path: string,
  what: 'read' | 'download',
): Promise<OpenedFile | FilesProblem> {
  const place = await placeOf(disk, roots, path)
  if (typeof place !== 'string') return place
  // A pipe would hold up whoever opens it.
  const kind = (await disk.describe(place))?.kind
  if (kind === undefined) return NOT_FOUND
  if (kind === 'directory') {
    return { problem: 'invalid', message: `Cannot ${what} a directory.\n` }
  }
  if (kind === 'other') return { problem: 'invalid', message: `Cannot ${what} what is no file.\n` }
  try {
    return { file: await disk.open(place), path: place }
  } catch (error) {
    if (!isTroupeError(error, 'TROUPE_PLATFORM_FILE_UNREADABLE')) throw error
    const message = `Failed to open file at '${place}': ${error.message}`
    return { problem: 'unknown', message }
  }
}

/** Bytes from `offset` on: all that there are, `length` if given, no more than 16 pages. */
export async function readPart(
  file: ReadFile,
  offset: number,
  length: number | undefined,
): Promise<Uint8Array> {
  const left = Math.max(0, file.sizeBytes - offset)
  const bytes = Math.min(left, length ?? left, MOST_READ_BYTES)
  return bytes === 0 ? new Uint8Array(0) : file.read(offset, bytes)
}

/** Where `path` truly is, if it is below its root. */
async function placeOf(disk: Disk, roots: FileRoots, path: string): Promise<string | FilesProblem> {
  const found = roots.rootOf(path)
  if (found === undefined) return NOT_FOUND
  if (found.isForbidden === true) return FORBIDDEN
  const home = await disk.realPath(found.root)
  if (home === undefined) return NOT_FOUND
  const wanted = `${home}${found.rest}`
  const place = await disk.realPath(wanted)
  if (place === undefined) return NOT_FOUND
  if (place === home || place.startsWith(`${home}/`)) return place
  const shown = wanted.replace(/\/+$/, '')
  return { problem: 'invalid', message: `'${shown}' is inaccessible.\n` }
}
