import type { AppendFile, Disk, DiskSpace, FileDetails, FileInfo, ReadFile } from '../disk.ts'
import { fileUnreadable, fileUnwritable } from '../errors.ts'
import { gzipInMemory } from '../node/gzip.ts'
import type { Random } from '../random.ts'
import type { MemoryNode } from './memory-node.ts'

/**
 * What a machine's crash does to bytes that were appended and not synced: all lost, all kept, a
 * prefix kept, or a prefix whose last bytes are garbage.
 */
export type DiskFate = 'lose-all' | 'keep-all' | 'prefix' | 'torn'

/** As many links one after another are taken for a circle. */
const MAX_LINKS = 40

/** How large each disk says that it is. */
const TOTAL_BYTES = 1024 ** 4

class MemoryFile {
  readonly mode: number
  modifiedUnixMs: number
  #buffer: Uint8Array = new Uint8Array(64)
  sizeBytes = 0
  durableBytes = 0

  constructor(mode: number, unixMs: number) {
    this.mode = mode
    this.modifiedUnixMs = unixMs
  }

  append(bytes: Uint8Array, unixMs: number): void {
    this.modifiedUnixMs = unixMs
    const needed = this.sizeBytes + bytes.byteLength
    if (needed > this.#buffer.byteLength) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.byteLength * 2))
      larger.set(this.#buffer.subarray(0, this.sizeBytes))
      this.#buffer = larger
    }
    this.#buffer.set(bytes, this.sizeBytes)
    this.sizeBytes = needed
  }

  read(offset: number, length: number, into?: Uint8Array): Uint8Array {
    const end = Math.min(offset + length, this.sizeBytes)
    if (into === undefined) return this.#buffer.slice(offset, end)
    const bytes = this.#buffer.subarray(offset, end)
    into.set(bytes)
    return into.subarray(0, bytes.length)
  }

  crash(fate: DiskFate, random: Random): void {
    const unsynced = this.sizeBytes - this.durableBytes
    if (unsynced === 0 || fate === 'keep-all') return
    const kept = fate === 'lose-all' ? 0 : random.int(unsynced + 1)
    this.sizeBytes = this.durableBytes + kept
    if (fate === 'torn' && kept > 0) {
      const torn = 1 + random.int(kept)
      this.#buffer.set(random.bytes(torn), this.sizeBytes - torn)
    }
    this.durableBytes = this.sizeBytes
  }
}

/**
 * The disk of one simulated machine. Names (create, rename, remove) are durable at once, the bytes
 * of a file once `sync` has resolved, which takes a turn: a node that crashes before never sees it
 * resolve.
 */
export class MemoryDisk {
  readonly #files: Map<string, MemoryFile> = new Map()
  /** Path → when it was made, in Unix time. */
  readonly #directories: Map<string, number> = new Map([['/', 0]])
  /** Link → where it leads, an absolute path. */
  readonly #links: Map<string, string> = new Map()
  #temporaries = 0
  #isFull = false
  readonly #syncMs: () => number
  readonly #unixMs: () => number

  /**
   * @param syncMs how long the next sync takes; 0, the default, is still a turn of its own
   * @param unixMs the time of day
   */
  constructor(syncMs: () => number = () => 0, unixMs: () => number = () => 0) {
    this.#syncMs = syncMs
    this.#unixMs = unixMs
  }

  /** The machine has lost power: see {@link DiskFate}. */
  crash(fate: DiskFate, random: Random): void {
    for (const file of this.#files.values()) file.crash(fate, random)
  }

  /** A full disk takes no more bytes (ENOSPC); what stands on it can be read, renamed and removed. */
  setFull(isFull: boolean): void {
    this.#isFull = isFull
  }

  /** Appends to a file, which is made where there is none; for the output of processes. */
  appendText(path: string, text: string): void {
    const name = normal(path)
    this.#addTo(name, new TextEncoder().encode(text))
  }

  /** The disk as `node` sees it; with `isDurable` every byte is as good as synced. */
  of(node: MemoryNode, { isDurable = false }: { readonly isDurable?: boolean } = {}): Disk {
    const at = (path: string): string => this.#resolved(normal(path))
    return {
      absolute: normal,
      stat: async (path) => this.#info(at(path)),
      describe: async (path) => this.#details(at(path)),
      realPath: async (path) => this.#info(at(path))?.path,
      space: () => Promise.resolve(this.#space()),
      list: async (path) => this.#list(at(path)),
      open: async (path) => this.#open(at(path)),
      readFile: async (path) => {
        const file = this.#fileAt(at(path))
        return file.read(0, file.sizeBytes)
      },
      openGzip: async (path) => {
        const file = this.#fileAt(at(path))
        return gzipInMemory(path, file.read(0, file.sizeBytes))
      },
      create: async (path, options) => this.#create(node, at(path), isDurable, options?.mode),
      writeFile: async (path, bytes, options) => {
        const file = this.#create(node, at(path), isDurable, options?.mode)
        try {
          await file.append(bytes)
        } finally {
          await file.close()
        }
      },
      addTo: async (path, bytes) => {
        if (this.#isFull && !isDurable) throw fileUnwritable(path, 'ENOSPC')
        if (this.#directories.has(at(path))) throw fileUnwritable(path, 'EISDIR')
        if (!this.#directories.has(parentOf(at(path)))) throw fileUnwritable(path, 'ENOENT')
        this.#addTo(at(path), bytes)
      },
      touch: async (path) => this.#touch(at(path)),
      makeDirectory: async (path) => this.#makeDirectory(at(path)),
      rename: async (from, to) => this.#rename(at(from), this.#entry(normal(to))),
      link: async (target, path) => this.#link(target, this.#entry(normal(path))),
      remove: async (path) => this.#remove(this.#entry(normal(path))),
      removeDirectory: async (path) => this.#removeDirectory(this.#entry(normal(path))),
      usedBytes: async (path) => this.#usedBytes(at(path)),
      // All here belongs to one user.
      giveTo: async (_user, path) => void this.#list(at(path)),
      makeTemporaryDirectory: async (prefix) => {
        this.#temporaries += 1
        const path = `/tmp/${prefix}${this.#temporaries}`
        this.#makeDirectory(path)
        return path
      },
    }
  }

  #info(path: string): FileInfo | undefined {
    const file = this.#files.get(path)
    if (file !== undefined) return { path, sizeBytes: file.sizeBytes, isDirectory: false }
    return this.#directories.has(path) ? { path, sizeBytes: 0, isDirectory: true } : undefined
  }

  #details(path: string): FileDetails | undefined {
    const file = this.#files.get(path)
    const owner = { userId: 0, groupId: 0 }
    if (file !== undefined) {
      const { sizeBytes, mode, modifiedUnixMs } = file
      return { path, kind: 'file', sizeBytes, mode, modifiedUnixMs, links: 1, ...owner }
    }
    const modifiedUnixMs = this.#directories.get(path)
    if (modifiedUnixMs === undefined) return undefined
    const shown = { kind: 'directory', sizeBytes: 0, mode: 0o755, links: 2 } as const
    return { path, modifiedUnixMs, ...shown, ...owner }
  }

  #space(): DiskSpace {
    const used = [...this.#files.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    const usedBytes = this.#isFull ? TOTAL_BYTES : used
    return { totalBytes: TOTAL_BYTES, usedBytes, freeBytes: TOTAL_BYTES - usedBytes }
  }

  #addTo(path: string, bytes: Uint8Array): void {
    const file = this.#files.get(path) ?? new MemoryFile(0o644, this.#unixMs())
    this.#files.set(path, file)
    file.append(bytes, this.#unixMs())
  }

  #touch(path: string): void {
    const file = this.#files.get(path)
    if (file !== undefined) file.modifiedUnixMs = this.#unixMs()
    else if (this.#directories.has(path)) this.#directories.set(path, this.#unixMs())
    else throw fileUnwritable(path, 'ENOENT')
  }

  #list(path: string): readonly FileInfo[] {
    if (!this.#directories.has(path)) throw fileUnreadable(path, this.#reason(path, 'ENOTDIR'))
    const names = [...this.#files.keys(), ...this.#directories.keys(), ...this.#links.keys()]
      .filter((name) => name !== path && parentOf(name) === path)
      .sort()
    return names
      .map((name) => {
        const info = this.#info(this.#resolved(name))
        return info && { ...info, path: name }
      })
      .filter((info) => info !== undefined)
  }

  #open(path: string): ReadFile {
    const file = this.#fileAt(path)
    return {
      sizeBytes: file.sizeBytes,
      read: (offset, length, into) => Promise.resolve(file.read(offset, length, into)),
      close: () => Promise.resolve(),
    }
  }

  #fileAt(path: string): MemoryFile {
    const file = this.#files.get(path)
    if (file === undefined) throw fileUnreadable(path, this.#reason(path, 'EISDIR'))
    return file
  }

  #create(node: MemoryNode, path: string, isDurable: boolean, mode = 0o644): AppendFile {
    if (this.#directories.has(path)) throw fileUnwritable(path, 'EISDIR')
    if (!this.#directories.has(parentOf(path))) throw fileUnwritable(path, 'ENOENT')
    const file = new MemoryFile(mode, this.#unixMs())
    this.#files.set(path, file)
    let isOpen = true
    node.files += 1
    const opened = async (work: () => void | Promise<void>): Promise<void> => {
      if (!isOpen) throw fileUnwritable(path, 'EBADF')
      if (node.isAlive) await work()
    }
    return {
      append: (bytes) =>
        opened(() => {
          if (this.#isFull && !isDurable) throw fileUnwritable(path, 'ENOSPC')
          file.append(bytes, this.#unixMs())
          if (isDurable) file.durableBytes = file.sizeBytes
        }),
      sync: () =>
        opened(() => {
          const size = file.sizeBytes
          return new Promise((resolve) => {
            const synced = (): void => {
              file.durableBytes = Math.max(file.durableBytes, size)
              resolve()
            }
            const delayMs = this.#syncMs()
            if (delayMs > 0) node.setTimer(delayMs, synced)
            else node.macrotask(synced)
          })
        }),
      close: () =>
        opened(() => {
          isOpen = false
          node.files -= 1
        }),
    }
  }

  #makeDirectory(path: string): void {
    if (this.#directories.has(path)) return
    if (this.#files.has(path)) throw fileUnwritable(path, 'EEXIST')
    if (parentOf(path) !== path) this.#makeDirectory(parentOf(path))
    this.#directories.set(path, this.#unixMs())
  }

  #rename(from: string, to: string): void {
    if (!this.#files.has(from) && !this.#directories.has(from)) throw fileUnwritable(from, 'ENOENT')
    if (!this.#directories.has(parentOf(to))) throw fileUnwritable(to, 'ENOENT')
    if (from === to) return
    if (this.#directories.has(from) && this.#files.has(to)) throw fileUnwritable(to, 'ENOTDIR')
    if (this.#files.has(from) && this.#directories.has(to)) throw fileUnwritable(to, 'EISDIR')
    this.#links.delete(to)
    const moved = (name: string): string => to + name.slice(from.length)
    for (const [name, file] of [...this.#files]) {
      if (!isWithin(name, from)) continue
      this.#files.delete(name)
      this.#files.set(moved(name), file)
    }
    for (const [name, madeUnixMs] of [...this.#directories]) {
      if (!isWithin(name, from)) continue
      this.#directories.delete(name)
      this.#directories.set(moved(name), madeUnixMs)
    }
  }

  /** Where `path` leads by way of links. */
  #resolved(path: string): string {
    let place = path
    for (let steps = 0; steps < MAX_LINKS; steps++) {
      const link = [...this.#links].find(([name]) => isWithin(place, name))
      if (link === undefined) return place
      place = normal(`${link[1]}${place.slice(link[0].length)}`)
    }
    throw fileUnreadable(path, 'ELOOP')
  }

  /** `path` itself, be it a link, in the folder where it truly is. */
  #entry(path: string): string {
    return normal(`${this.#resolved(parentOf(path))}/${path.slice(path.lastIndexOf('/'))}`)
  }

  #link(target: string, path: string): void {
    const parent = parentOf(path)
    if (this.#directories.has(path)) throw fileUnwritable(path, 'EISDIR')
    if (!this.#directories.has(parent)) throw fileUnwritable(path, 'ENOENT')
    this.#files.delete(path)
    this.#links.set(path, normal(target.startsWith('/') ? target : `${parent}/${target}`))
  }

  #remove(path: string): void {
    if (this.#links.delete(path)) return
    for (const name of [...this.#links.keys()]) if (isWithin(name, path)) this.#links.delete(name)
    for (const name of [...this.#files.keys()]) if (isWithin(name, path)) this.#files.delete(name)
    for (const name of [...this.#directories.keys()]) {
      if (isWithin(name, path) && parentOf(name) !== name) this.#directories.delete(name)
    }
  }

  #removeDirectory(path: string): void {
    if (this.#info(path) === undefined) return
    if (this.#list(path).length > 0) throw fileUnwritable(path, 'ENOTEMPTY')
    this.#directories.delete(path)
  }

  #usedBytes(path: string): number {
    let used = 0
    for (const [name, file] of this.#files) if (isWithin(name, path)) used += file.sizeBytes
    return used
  }

  #reason(path: string, otherwise: string): string {
    return this.#info(path) === undefined ? 'ENOENT' : otherwise
  }
}

function isWithin(name: string, directory: string): boolean {
  return name === directory || name.startsWith(directory === '/' ? '/' : `${directory}/`)
}

function parentOf(path: string): string {
  const at = path.lastIndexOf('/')
  if (at > 0) return path.slice(0, at)
  return '/'
}

/** `a//b/./c/../d/` → `/a/b/d`: the folder of every process here is `/`. */
function normal(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
