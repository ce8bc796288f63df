import { damaged, insideLink, insidePath, type ArchiveEntry } from './entry.ts'

const BLOCK = 512

/**
 * The entries of a tar file: ustar, with GNU's long names and the paths of pax headers. Devices and pipes are left out.
 *
 * @throws TROUPE_SPARK_ARCHIVE_DAMAGED
 */
export function tarEntries(archive: string, bytes: Uint8Array): ArchiveEntry[] {
  const entries: ArchiveEntry[] = []
  let longPath: string | undefined
  let longTarget: string | undefined
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK)
    if (header.every((byte) => byte === 0)) break
    if (numberAt(header, 148, 8) !== checksum(header)) {
      throw damaged(archive, `its header at byte ${at} has another checksum`)
    }
    const size = numberAt(header, 124, 12)
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size)
    if (content.length < size) throw damaged(archive, 'it is cut short')
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === 'L') longPath = textAt(content, 0, size)
    else if (type === 'K') longTarget = textAt(content, 0, size)
    else if (type === 'x') {
      const records = paxRecords(content)
      longPath = records.get('path') ?? longPath
      longTarget = records.get('linkpath') ?? longTarget
    } else if (type !== 'g') {
      const path = insidePath(archive, longPath ?? pathIn(header))
      const mode = numberAt(header, 100, 8) & 0o777
      const target = longTarget ?? textAt(header, 157, 100)
      if (path !== '') {
        if (type === '5') entries.push({ type: 'directory', path })
        else if (type === '2') entries.push(insideLink(archive, path, target))
        else if (type === '1') entries.push(sameFile(archive, entries, path, target))
        else if (type === '0' || type === '\0' || type === '7')
          entries.push({ type: 'file', path, mode, bytes: content })
      }
      longPath = undefined
      longTarget = undefined
    }
  }
  return entries
}

/** A hard link, as a copy. */
function sameFile(
  archive: string,
  entries: readonly ArchiveEntry[],
  path: string,
  target: string,
): ArchiveEntry {
  const inside = insidePath(archive, target)
  const found = entries.find((entry) => entry.path === inside)
  if (found?.type !== 'file')
    throw damaged(archive, `${path} is a link to ${target}, which is not in it`)
  return { ...found, path }
}

function pathIn(header: Uint8Array): string {
  const prefix = textAt(header, 257, 5) === 'ustar' ? textAt(header, 345, 155) : ''
  const name = textAt(header, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

/** `<length> <key>=<value>\n` each. */
function paxRecords(content: Uint8Array): Map<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < content.length;) {
    const length = Number.parseInt(textAt(content, at, 20), 10)
    if (!(length > 0)) break
    const line = new TextDecoder().decode(content.subarray(at, at + length - 1))
    const [, key = '', value = ''] = /^\d+ ([^=]*)=([^]*)$/.exec(line) ?? []
    records.set(key, value)
    at += length
  }
  return records
}

function textAt(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length)
  const end = field.indexOf(0)
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end))
}

/** In octal digits, or base 256 when it is too large for them. */
function numberAt(header: Uint8Array, start: number, length: number): number {
  const first = header[start] ?? 0
  if ((first & 0x80) === 0) return Number.parseInt(textAt(header, start, length).trim() || '0', 8)
  let value = first & 0x7f
  for (let i = 1; i < length; i += 1) value = value * 256 + (header[start + i] ?? 0)
  return value
}

/** Of the header, its own field read as blanks. */
function checksum(header: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < BLOCK; i += 1) sum += i >= 148 && i < 156 ? 32 : (header[i] ?? 0)
  return sum
}
