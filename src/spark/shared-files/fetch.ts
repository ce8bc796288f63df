import type { Disk } from '../../platform/index.ts'
import { unpackArchive } from '../archives/index.ts'
import type { BroadcastMeta } from '../broadcast/index.ts'
import { SHARED_FILES_PROPERTY, type Manifest, type SharedFile } from './manifest.ts'

/** What an executor has for its files. */
export interface FilesPlace {
  readonly disk: Disk
  /** The executor's folder. */
  readonly directory: string
  readonly readBroadcast?: (meta: BroadcastMeta) => Promise<Uint8Array>
}

/** Where the files of an executor are, in its folder. */
export function sharedDirectory(directory: string): string {
  return `${directory}/shared-files`
}

/** Places that have all files of the list with this id. */
const fetched = new WeakMap<FilesPlace, number>()

/**
 * Has all files that a task knows of in the executor's folder; once for each list of them.
 *
 * @param owner unique among those who may do so at the same time
 * @throws TROUPE_SPARK_BROADCAST_LOST, TROUPE_SPARK_ARCHIVE_DAMAGED; TROUPE_PLATFORM_FILE_UNWRITABLE
 */
export async function fetchSharedFiles(
  properties: Readonly<Record<string, string>>,
  place: FilesPlace,
  owner: number,
): Promise<void> {
  const text = properties[SHARED_FILES_PROPERTY]
  const { readBroadcast } = place
  if (text === undefined || readBroadcast === undefined) return
  const list = JSON.parse(text) as BroadcastMeta
  if (fetched.get(place) === list.broadcastId) return
  const manifest = JSON.parse(new TextDecoder().decode(await readBroadcast(list))) as Manifest
  const root = sharedDirectory(place.directory)
  await place.disk.makeDirectory(root)
  for (const file of manifest) {
    const target = `${root}/${file.name}`
    if ((await place.disk.stat(target)) !== undefined) continue
    const incoming = `${root}/.incoming-${owner}-${file.name}`
    try {
      await bring(file, place.disk, incoming, readBroadcast)
      await place.disk.rename(incoming, target)
    } catch (error) {
      await place.disk.remove(incoming)
      // Another thread has brought the same directory meanwhile.
      if ((await place.disk.stat(target)) === undefined) throw error
    }
  }
  fetched.set(place, list.broadcastId)
}

async function bring(
  { archive, parts }: SharedFile,
  disk: Disk,
  target: string,
  read: (meta: BroadcastMeta) => Promise<Uint8Array>,
): Promise<void> {
  if (archive !== undefined) {
    const [{ pieces } = { pieces: [] }] = parts
    const bytes: Uint8Array[] = []
    for (const piece of pieces) bytes.push(await read(piece))
    await unpackInto(disk, target, archive, Buffer.concat(bytes))
    return
  }
  for (const { path, pieces } of parts) {
    const own = path === '' ? target : `${target}/${path}`
    if (path !== '') await disk.makeDirectory(own.slice(0, own.lastIndexOf('/')))
    const file = await disk.create(own)
    try {
      for (const piece of pieces) await file.append(await read(piece))
    } finally {
      await file.close()
    }
  }
  // A directory without files.
  if (parts.length === 0) await disk.makeDirectory(target)
}

async function unpackInto(
  disk: Disk,
  target: string,
  archive: string,
  bytes: Uint8Array,
): Promise<void> {
  await disk.makeDirectory(target)
  // Links last: nothing is written through them.
  const entries = unpackArchive(archive, bytes)
  for (const entry of entries) {
    const path = `${target}/${entry.path}`
    if (entry.type === 'directory') await disk.makeDirectory(path)
    if (entry.type !== 'file') continue
    await disk.makeDirectory(path.slice(0, path.lastIndexOf('/')))
    await disk.writeFile(path, entry.bytes, { mode: entry.mode })
  }
  for (const entry of entries) {
    if (entry.type !== 'link') continue
    const path = `${target}/${entry.path}`
    await disk.makeDirectory(path.slice(0, path.lastIndexOf('/')))
    await disk.link(entry.target, path)
  }
}
