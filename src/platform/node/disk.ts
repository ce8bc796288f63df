import {
  appendFile,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  symlink,
  unlink,
  utimes,
} from 'node:fs/promises'
import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { AppendFile, CreateOptions, Disk, FileDetails, FileInfo, ReadFile } from '../disk.ts'
import { fileUnreadable, systemReason } from '../errors.ts'
import { diskAtOnce } from './disk-at-once.ts'
import { inOrder, readFully, type ReadSome } from './file-accesses.ts'
import { reading, unreadable, writing } from './file-failures.ts'
import { openGzipFile } from './gzip.ts'
import { SyncAhead } from './sync-ahead.ts'
import { userNamed } from './users.ts'

const pooled: Disk = {
  absolute: (path) => resolve(path),
  stat: (path) =>
    ifThere(path, async () => {
      const found = await stat(path)
      return { path, sizeBytes: found.size, isDirectory: found.isDirectory() }
    }),
  describe: (path) => ifThere(path, async () => detailsOf(path, await stat(path))),
  realPath: (path) => ifThere(path, () => realpath(path)),
  space: (path) =>
    reading(path, async () => {
      const { bsize, blocks, bavail, bfree } = await statfs(path)
      return {
        totalBytes: bsize * blocks,
        usedBytes: bsize * (blocks - bfree),
        freeBytes: bsize * bavail,
      }
    }),
  list: (path) => reading(path, () => listDirectory(path)),
  open: (path) => reading(path, async () => readFileOver(path, await open(path, 'r'))),
  readFile: (path) => reading(path, () => readFile(path)),
  openGzip: (path) => reading(path, () => openGzipFile(path, (cause) => unreadable(path, cause))),
  create: (path, options) => writing(path, () => createFile(path, options)),
  async writeFile(path, bytes, options) {
    const file = await writing(path, () => createFile(path, options))
    try {
      await file.append(bytes)
    } finally {
      await file.close()
    }
  },
  addTo: (path, bytes) => writing(path, () => appendFile(path, bytes)),
  touch: (path) =>
    writing(path, () => {
      const now = new Date()
      return utimes(path, now, now)
    }),
  makeDirectory: (path) => writing(path, async () => void (await mkdir(path, { recursive: true }))),
  rename: (from, to) => writing(from, () => rename(from, to)),
  link: (target, path) => writing(path, () => setLink(target, path)),
  remove: (path) =>
    writing(path, async () => {
      // Most of what is removed is a file, which takes a fifth of what looking for a tree does.
      const failure = await unlink(path).then(() => undefined, systemReason)
      if (failure === undefined || failure === 'ENOENT') return
      // Somebody may still write there, and add to a folder that was empty a moment ago.
      await rm(path, { recursive: true, force: true, maxRetries: 3 })
    }),
  removeDirectory: (path) =>
    writing(path, async () => {
      if ((await pooled.stat(path)) !== undefined) await rmdir(path)
    }),
  usedBytes: (path) => reading(path, () => usedBytes(path)),
  giveTo: (user, path) =>
    writing(path, async () => {
      const { uid, gid } = userNamed(user)
      await chown(path, uid, gid)
    }),
  makeTemporaryDirectory: (prefix) =>
    writing(join(tmpdir(), prefix), () => mkdtemp(join(tmpdir(), prefix))),
}

/** The real file system. */
export const nodeDisk: Disk = { ...pooled, atOnce: diskAtOnce(pooled) }

function detailsOf(path: string, found: Stats): FileDetails {
  return {
    path,
    kind: found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other',
    sizeBytes: found.size,
    mode: found.mode & 0o7777,
    userId: found.uid,
    groupId: found.gid,
    links: found.nlink,
    modifiedUnixMs: found.mtimeMs,
  }
}

async function setLink(target: string, path: string): Promise<void> {
  // Made aside and renamed: at no time is there no link.
  const aside = `${path}.${process.pid}`
  await rm(aside, { force: true })
  await symlink(target, aside)
  try {
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
}

async function listDirectory(path: string): Promise<readonly FileInfo[]> {
  const names = (await readdir(path)).sort()
  const infos = await Promise.all(names.map((name) => pooled.stat(join(path, name))))
  return infos.filter((info) => info !== undefined)
}

const BLOCK_BYTES = 512

async function usedBytes(path: string): Promise<number> {
  const found = await lstat(path)
  let used = found.blocks * BLOCK_BYTES
  if (!found.isDirectory()) return used
  for (const name of await readdir(path)) {
    // What is removed while it is counted counts no more.
    used += await usedBytes(join(path, name)).catch(() => 0)
  }
  return used
}

async function readFileOver(path: string, handle: FileHandle): Promise<ReadFile> {
  const found = await handle.stat()
  if (found.isDirectory()) {
    await handle.close()
    throw fileUnreadable(path, 'EISDIR')
  }
  const readSome: ReadSome = async (buffer, at, length, offset) =>
    (await handle.read(buffer, at, length, offset)).bytesRead
  return {
    sizeBytes: found.size,
    read: (offset, length, into) => reading(path, () => readFully(readSome, offset, length, into)),
    close: () => reading(path, () => handle.close()),
  }
}

async function createFile(
  path: string,
  { mode, isSynced = false }: CreateOptions = {},
): Promise<AppendFile> {
  const handle = await open(path, 'w', mode)
  if (mode !== undefined) await handle.chmod(mode)
  const ahead = isSynced ? new SyncAhead(() => handle.datasync()) : undefined
  return inOrder(path, {
    async append(bytes) {
      await handle.appendFile(bytes)
      ahead?.appended(bytes.length)
    },
    sync: () => ahead?.sync() ?? handle.datasync(),
    async close() {
      await ahead?.settled()
      await handle.close()
    },
  })
}

async function ifThere<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (cause) {
    const reason = systemReason(cause)
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return undefined
    throw unreadable(path, cause)
  }
}
