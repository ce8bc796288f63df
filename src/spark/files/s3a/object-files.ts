import {
  fileUnreadable,
  gunzipped,
  type AppendFile,
  type ByteSource,
  type ObjectInfo,
  type ObjectStore,
  type ReadFile,
} from '../../../platform/index.ts'
import { bytesOf, sourceOf } from '../byte-source.ts'
import type { FileSystem, StoredFile } from '../file-system.ts'
import { rangedFile } from '../ranged-file.ts'
import type { Uploads } from '../uploads.ts'
import type { BucketSettings } from './settings.ts'
import { ObjectUploads } from './object-uploads.ts'

/**
 * The objects of a bucket as files: a directory is what keys have in common before a `/`, and is there as long as there are
 * such keys. Renaming copies, object by object; what is to appear at one stroke is uploaded.
 */
export class ObjectFiles implements FileSystem {
  readonly #store: ObjectStore
  readonly #bucket: string
  readonly #root: string
  readonly #blockBytes: number
  readonly #uploads: ObjectUploads

  constructor(store: ObjectStore, bucket: string, { blockBytes, partBytes }: BucketSettings) {
    this.#store = store
    this.#bucket = bucket
    this.#root = `s3a://${bucket}/`
    this.#blockBytes = blockBytes
    this.#uploads = new ObjectUploads(store, bucket, partBytes, (path) => this.#key(path))
  }

  get uploads(): Uploads {
    return this.#uploads
  }

  async stat(path: string): Promise<StoredFile | undefined> {
    const key = this.#key(path)
    if (key !== '') {
      const found = await this.#store.head(this.#bucket, key)
      if (found !== undefined) return this.#file(found)
    }
    const below = await this.#store.list(this.#bucket, key === '' ? '' : `${key}/`, { limit: 1 })
    const isThere = below.objects.length > 0 || below.prefixes.length > 0
    return isThere || key === '' ? { path, sizeBytes: 0, isDirectory: true } : undefined
  }

  async list(path: string): Promise<readonly StoredFile[]> {
    const key = this.#key(path)
    const prefix = key === '' ? '' : `${key}/`
    const entries: StoredFile[] = []
    let from: string | undefined
    do {
      const page = await this.#store.list(this.#bucket, prefix, { delimiter: '/', from })
      for (const object of page.objects) {
        // Some tools mark a directory by an object of its own name.
        if (object.key !== prefix) entries.push(this.#file(object))
      }
      for (const found of page.prefixes) {
        entries.push({ path: this.#path(found.slice(0, -1)), sizeBytes: 0, isDirectory: true })
      }
      from = page.next
    } while (from !== undefined)
    return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  async open(path: string, endBytes: number = Infinity): Promise<ReadFile> {
    const object = await this.#store.head(this.#bucket, this.#key(path))
    if (object === undefined) throw fileUnreadable(path, 'no such object')
    return rangedFile(object.sizeBytes, endBytes, (offset, length) =>
      this.#store.read(this.#bucket, object, offset, length),
    )
  }

  readFile(path: string): Promise<Uint8Array> {
    return this.open(path).then(bytesOf)
  }

  async openGzip(path: string): Promise<ByteSource> {
    return gunzipped(path, sourceOf(await this.open(path)))
  }

  /** Nobody sees it before it is closed. */
  async create(path: string): Promise<AppendFile> {
    const file = await this.#uploads.begin(path)
    return {
      append: (bytes) => file.append(bytes),
      // Its parts are kept once they are uploaded; a last one that is short can't be one yet.
      sync: () => Promise.resolve(),
      close: async () => {
        await this.#uploads.complete(await file.finish())
      },
    }
  }

  writeFile(path: string, bytes: Uint8Array): Promise<void> {
    return this.#store.put(this.#bucket, this.#key(path), bytes)
  }

  /** Directories come about with what is in them. */
  makeDirectory(): Promise<void> {
    return Promise.resolve()
  }

  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [this.#key(from), this.#key(to)]
    const keys = await this.#keys(source)
    for (const key of keys) {
      await this.#store.copy(this.#bucket, key, target + key.slice(source.length))
    }
    await this.#store.remove(this.#bucket, keys)
  }

  async remove(path: string): Promise<void> {
    const keys = await this.#keys(this.#key(path))
    if (keys.length > 0) await this.#store.remove(this.#bucket, keys)
  }

  /** The object of a key, and those below it. */
  async #keys(key: string): Promise<readonly string[]> {
    const keys: string[] = []
    if ((await this.#store.head(this.#bucket, key)) !== undefined) keys.push(key)
    let from: string | undefined
    do {
      const page = await this.#store.list(this.#bucket, `${key}/`, { from })
      keys.push(...page.objects.map((object) => object.key))
      from = page.next
    } while (from !== undefined)
    return keys
  }

  #file({ key, sizeBytes }: ObjectInfo): StoredFile {
    return {
      path: this.#path(key),
      sizeBytes,
      isDirectory: false,
      blockBytes: this.#blockBytes,
    }
  }

  #key(path: string): string {
    return path.slice(this.#root.length).replace(/\/+$/, '')
  }

  #path(key: string): string {
    return this.#root + key
  }
}
