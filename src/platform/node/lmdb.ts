import type { RootDatabase } from 'lmdb'
import { storeFailed } from '../errors.ts'

/** A database of bytes. */
export type Lmdb<K extends string | Buffer> = RootDatabase<Uint8Array, K>

/** Opens a database of bytes in a directory. LMDB is loaded with the first of them. */
export async function openLmdb<K extends string | Buffer>(
  directory: string,
  keyEncoding: K extends string ? 'ordered-binary' : 'binary',
): Promise<Lmdb<K>> {
  const { open } = await import('lmdb')
  // Without overlapping syncs a write resolves when it is durable, not when it can be read.
  return open<Uint8Array, K>({
    path: directory,
    noSubdir: false,
    encoding: 'binary',
    keyEncoding,
    overlappingSync: false,
  })
}

/** What LMDB throws, as the platform says it. */
export async function attempt<T>(
  directory: string,
  what: string,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storeFailed(directory, what, error)
  }
}
