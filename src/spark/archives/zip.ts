import { inflatedRaw } from '../../platform/index.ts'
import { damaged, insideLink, insidePath, type ArchiveEntry } from './entry.ts'

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
/** The end of a file that is a link, in the upper half of its attributes. */
const LINK = 0o120000

/**
 * The entries of a zip file, stored or deflated, without encryption and below 4 GiB.
 *
 * @see APPNOTE.TXT of PKWARE, 4.3
 * @throws TROUPE_SPARK_ARCHIVE_DAMAGED
 */
export function zipEntries(archive: string, bytes: Uint8Array): ArchiveEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOf(view)
  if (end < 0) throw damaged(archive, 'it has no directory at its end')
  const entries: ArchiveEntry[] = []
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL) {
      throw damaged(archive, 'its directory is cut short')
    }
    const nameLength = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    const attributes = view.getUint32(at + 38, true) >>> 16
    const path = insidePath(archive, name)
    if (path !== '') {
      if (name.endsWith('/')) entries.push({ type: 'directory', path })
      else {
        const content = contentOf(archive, name, bytes, view, at)
        const mode = attributes & 0o777 || 0o644
        const isLink = (attributes & 0o170000) === LINK
        if (isLink) entries.push(insideLink(archive, path, new TextDecoder().decode(content)))
        else entries.push({ type: 'file', path, mode, bytes: content })
      }
    }
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return entries
}

/** Where its last record begins, which a comment may follow. */
function endOf(view: DataView): number {
  const least = Math.max(0, view.byteLength - 22 - 0xffff)
  for (let at = view.byteLength - 22; at >= least; at -= 1) {
    if (view.getUint32(at, true) === END) return at
  }
  return -1
}

function contentOf(
  archive: string,
  name: string,
  bytes: Uint8Array,
  view: DataView,
  at: number,
): Uint8Array {
  const flags = view.getUint16(at + 8, true)
  const method = view.getUint16(at + 10, true)
  const size = view.getUint32(at + 20, true)
  const local = view.getUint32(at + 42, true)
  if ((flags & 1) !== 0) throw damaged(archive, `${name} is encrypted`)
  if (local + 30 > bytes.length || view.getUint32(local, true) !== LOCAL) {
    throw damaged(archive, `${name} is not where its directory says`)
  }
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  const packed = bytes.subarray(start, start + size)
  if (packed.length < size) throw damaged(archive, `${name} is cut short`)
  if (method === 0) return packed
  if (method !== 8) throw damaged(archive, `${name} is compressed by method ${method}`)
  try {
    return inflatedRaw(packed)
  } catch (cause) {
    throw damaged(archive, `${name} does not decompress`, cause)
  }
}
