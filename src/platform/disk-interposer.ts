import type { Clock } from './clock.ts'
import type { AppendFile, CreateOptions, Disk, ReadFile } from './disk.ts'
import { fileUnreadable, fileUnwritable } from './errors.ts'

/** Something that a program asks of its disk. */
export interface DiskAccess {
  /** `write` stands for all that changes names or bytes, but removing. */
  readonly operation: 'read' | 'write' | 'sync'
  /** Absolute. */
  readonly path: string
  /** Bytes to be written; 0 for all else. */
  readonly sizeBytes: number
}

/** What becomes of an access besides its being done. */
export interface DiskVerdict {
  /** It takes so much longer. */
  readonly delayMs?: number
  /** It fails with this word of the system: `ENOSPC`, `EIO`. */
  readonly failWith?: string
  /** Of a write that fails, so many bytes get to the file first; none by default. */
  readonly keptBytes?: number
}

/** Looks at each access before it is done. */
export type DiskJudge = (access: DiskAccess) => DiskVerdict | undefined

/**
 * Stands between programs and a disk, so that tests can make it full, slow or broken. Errors are those of the real
 * disk. Without judges everything passes. Removing always passes: a full disk can be cleared.
 */
export class DiskInterposer {
  readonly #judges: Set<DiskJudge> = new Set()

  add(judge: DiskJudge): () => void {
    this.#judges.add(judge)
    return () => this.#judges.delete(judge)
  }

  /** The disk as programs see it through this; delays are on `clock`. */
  over(disk: Disk, clock: Pick<Clock, 'setTimer'>): Disk {
    const judges = this.#judges
    const pass = async (
      operation: DiskAccess['operation'],
      path: string,
      sizeBytes = 0,
      keep?: (bytes: number) => Promise<void>,
    ): Promise<void> => {
      const verdict = this.#judge({ operation, path: disk.absolute(path), sizeBytes })
      if (verdict === undefined) return
      const { delayMs, failWith, keptBytes = 0 } = verdict
      if (delayMs !== undefined) {
        await new Promise<void>((resolve) => void clock.setTimer(delayMs, resolve))
      }
      if (failWith === undefined) return
      if (keptBytes > 0) await keep?.(keptBytes)
      throw operation === 'read' ? fileUnreadable(path, failWith) : fileUnwritable(path, failWith)
    }
    const append = async (file: AppendFile, path: string, bytes: Uint8Array): Promise<void> => {
      await pass('write', path, bytes.byteLength, (kept) => file.append(bytes.subarray(0, kept)))
      await file.append(bytes)
    }
    const appendFile = (file: AppendFile, path: string): AppendFile => {
      // In the order of the calls, though one waits and the next does not.
      let last: Promise<void> | undefined
      const inLine = (plain: () => Promise<void>, judged: () => Promise<void>): Promise<void> => {
        if (judges.size === 0 && last === undefined) return plain()
        const done = last === undefined ? judged() : last.then(judged)
        const settled = done.then(
          () => undefined,
          () => undefined,
        )
        last = settled
        void settled.then(() => {
          if (last === settled) last = undefined
        })
        return done
      }
      const sync = async (): Promise<void> => {
        await pass('sync', path)
        await file.sync()
      }
      return {
        append: (bytes) =>
          inLine(
            () => file.append(bytes),
            () => append(file, path, bytes),
          ),
        sync: () => inLine(() => file.sync(), sync),
        close: () =>
          inLine(
            () => file.close(),
            () => file.close(),
          ),
      }
    }
    const readFile = (file: ReadFile, path: string): ReadFile => ({
      sizeBytes: file.sizeBytes,
      async read(offset, length, into) {
        if (judges.size > 0) await pass('read', path)
        return file.read(offset, length, into)
      },
      close: () => file.close(),
    })
    const changing =
      <A extends readonly [string, ...unknown[]], R>(work: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (judges.size > 0) await pass('write', args[0])
        return work(...args)
      }
    const reading =
      <R>(work: (path: string) => Promise<R>) =>
      async (path: string): Promise<R> => {
        if (judges.size > 0) await pass('read', path)
        return work(path)
      }
    return {
      absolute: (path) => disk.absolute(path),
      stat: (path) => disk.stat(path),
      describe: (path) => disk.describe(path),
      realPath: (path) => disk.realPath(path),
      space: (path) => disk.space(path),
      list: reading((path) => disk.list(path)),
      open: reading(async (path) => readFile(await disk.open(path), path)),
      readFile: reading((path) => disk.readFile(path)),
      openGzip: reading(async (path) => {
        const source = await disk.openGzip(path)
        return {
          async next() {
            if (judges.size > 0) await pass('read', path)
            return source.next()
          },
          close: () => source.close(),
        }
      }),
      create: changing(async (path: string, options?: CreateOptions) =>
        appendFile(await disk.create(path, options), path),
      ),
      async writeFile(path, bytes, options) {
        if (judges.size === 0) return disk.writeFile(path, bytes, options)
        await pass('write', path)
        const file = await disk.create(path, options)
        try {
          await append(file, path, bytes)
        } finally {
          await file.close()
        }
      },
      async addTo(path, bytes) {
        if (judges.size > 0) {
          const keep = (kept: number): Promise<void> => disk.addTo(path, bytes.subarray(0, kept))
          await pass('write', path, bytes.byteLength, keep)
        }
        await disk.addTo(path, bytes)
      },
      touch: (path) => disk.touch(path),
      makeDirectory: changing((path: string) => disk.makeDirectory(path)),
      rename: changing((from: string, to: string) => disk.rename(from, to)),
      async link(target, path) {
        if (judges.size > 0) await pass('write', path)
        await disk.link(target, path)
      },
      remove: (path) => disk.remove(path),
      removeDirectory: (path) => disk.removeDirectory(path),
      usedBytes: reading((path) => disk.usedBytes(path)),
      giveTo: (user, path) => disk.giveTo(user, path),
      makeTemporaryDirectory: (prefix) => disk.makeTemporaryDirectory(prefix),
    }
  }

  /** The strongest of all verdicts: delays add up, the first failure counts. */
  #judge(access: DiskAccess): DiskVerdict | undefined {
    let verdict: DiskVerdict | undefined
    for (const judge of this.#judges) {
      const next = judge(access)
      if (next === undefined) continue
      const delayMs = (verdict?.delayMs ?? 0) + (next.delayMs ?? 0)
      verdict = { ...next, ...verdict, ...(delayMs > 0 ? { delayMs } : {}) }
    }
    return verdict
  }
}
