import {
  appendFileSync,
  closeSync,
  fstatSync,
  fchmodSync,
  fdatasyncSync,
  openSync,
  read as readLater,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  write as writeLater,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'
import type { AppendFile, Disk, ReadFile } from '../disk.ts'
import { fileUnreadable } from '../errors.ts'
import { MOST_ACCESS_BYTES, inOrder, readFully, type ReadSome } from './file-accesses.ts'
import { reading, writing } from './file-failures.ts'

/** What is longer is read by a thread of the pool, while this one goes on. */
const SHORT_BYTES = 128 << 10
/** What is longer is written by one: whoever appends waits for it anyway, and the system takes this much at once. */
const SHORT_WRITE_BYTES = 1 << 20

const readLong = promisify(readLater)
const writeLong = promisify(writeLater)

/** `disk` with short accesses done on this thread: a thread of the pool takes some five times as long for one. */
export function diskAtOnce(disk: Disk): Disk {
  return {
    ...disk,
    open: (path) => reading(path, async () => openNow(path)),
    readFile: (path) =>
      reading(path, async () =>
        statSync(path).size <= SHORT_BYTES ? readFileSync(path) : disk.readFile(path),
      ),
    create: (path, options) => writing(path, async () => createNow(path, options?.mode)),
    async writeFile(path, bytes, options) {
      const file = await this.create(path, options)
      try {
        await file.append(bytes)
      } finally {
        await file.close()
      }
    },
    addTo: (path, bytes) => writing(path, async () => appendFileSync(path, bytes)),
    rename: (from, to) => writing(from, async () => renameSync(from, to)),
    remove: (path) =>
      writing(path, async () => {
        const found = statSync(path, { throwIfNoEntry: false })
        if (found?.isDirectory() === true) await disk.remove(path)
        else rmSync(path, { force: true })
      }),
  }
}

/** An open file, by a number that the system gives to another one once this is closed. */
class OpenFile {
  /** No file's once it is closed. */
  handle: number

  constructor(handle: number) {
    this.handle = handle
  }

  close(): void {
    const { handle } = this
    this.handle = -1
    if (handle >= 0) closeSync(handle)
  }
}

function openNow(path: string): ReadFile {
  const file = new OpenFile(openSync(path, 'r'))
  const found = fstatSync(file.handle)
  if (found.isDirectory()) {
    file.close()
    throw fileUnreadable(path, 'EISDIR')
  }
  const readSome: ReadSome = (buffer, at, length, offset) =>
    length <= SHORT_BYTES
      ? readSync(file.handle, buffer, at, length, offset)
      : readLong(file.handle, buffer, at, length, offset).then(({ bytesRead }) => bytesRead)
  return {
    sizeBytes: found.size,
    read: (offset, length, into) => reading(path, () => readFully(readSome, offset, length, into)),
    close: () => reading(path, async () => file.close()),
  }
}

function createNow(path: string, mode: number | undefined): AppendFile {
  const file = new OpenFile(openSync(path, 'w', mode))
  if (mode !== undefined) fchmodSync(file.handle, mode)
  return inOrder(path, {
    append: (bytes) => writeFully(file.handle, bytes),
    sync: () => fdatasyncSync(file.handle),
    close: () => file.close(),
  })
}

async function writeFully(file: number, bytes: Uint8Array): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const rest = Math.min(bytes.length - written, MOST_ACCESS_BYTES)
    written +=
      rest <= SHORT_WRITE_BYTES
        ? writeSync(file, bytes, written, rest)
        : (await writeLong(file, bytes, written, rest)).bytesWritten
  }
}
