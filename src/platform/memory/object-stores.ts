import { fileUnreadable, fileUnwritable } from '../errors.ts'
import {
  objectUrl as urlOf,
  type ObjectInfo,
  type ObjectPage,
  type ObjectStore,
  type ObjectStores,
} from '../object-store.ts'

interface StoredUpload {
  readonly key: string
  readonly parts: Map<number, Uint8Array>
}

interface Bucket {
  readonly objects: Map<string, { readonly bytes: Uint8Array; readonly tag: string }>
  readonly uploads: Map<string, StoredUpload>
}

/** What is asked of an object store; a judge that answers a reason has it fail. */
export type ObjectStoreJudge = (
  operation: keyof ObjectStore,
  bucket: string,
  key: string,
) => string | undefined

const PAGE_KEYS = 1000

/** An object store of a simulated world: the same for all its nodes and all settings; buckets are there when they are named. */
export class MemoryObjectStores implements ObjectStores {
  readonly #buckets = new Map<string, Bucket>()
  readonly #judges = new Set<ObjectStoreJudge>()
  #ids = 0

  /** Shows each request to `judge`; returns the way to end that. */
  interpose(judge: ObjectStoreJudge): () => void {
    this.#judges.add(judge)
    return () => this.#judges.delete(judge)
  }

  open(): ObjectStore {
    return {
      head: (bucket, key) =>
        this.#request('head', bucket, key, fileUnreadable, ({ objects }) => {
          const found = objects.get(key)
          return found && { key, sizeBytes: found.bytes.length, tag: found.tag }
        }),
      list: (bucket, prefix, { delimiter, from, limit = PAGE_KEYS } = {}) =>
        this.#request('list', bucket, prefix, fileUnreadable, ({ objects }) =>
          page(objects, prefix, delimiter, from, limit),
        ),
      read: (bucket, { key, tag }, offset, length) =>
        this.#request('read', bucket, key, fileUnreadable, ({ objects }) => {
          const found = objects.get(key)
          if (found === undefined) throw fileUnreadable(urlOf(bucket, key), 'NoSuchKey, HTTP 404')
          if (found.tag !== tag) {
            throw fileUnreadable(urlOf(bucket, key), 'it was written anew while it was read')
          }
          return found.bytes.slice(offset, offset + length)
        }),
      put: (bucket, key, bytes) =>
        this.#request('put', bucket, key, fileUnwritable, (into) => {
          this.#store(into, key, bytes)
        }),
      remove: (bucket, keys) =>
        this.#request('remove', bucket, keys[0] ?? '', fileUnwritable, ({ objects }) => {
          for (const key of keys) objects.delete(key)
        }),
      copy: (bucket, from, to) =>
        this.#request('copy', bucket, to, fileUnwritable, (into) => {
          const found = into.objects.get(from)
          if (found === undefined) throw fileUnwritable(urlOf(bucket, from), 'NoSuchKey, HTTP 404')
          this.#store(into, to, found.bytes)
        }),
      beginUpload: (bucket, key) =>
        this.#request('beginUpload', bucket, key, fileUnwritable, ({ uploads }) => {
          const id = `upload-${(this.#ids += 1)}`
          uploads.set(id, { key, parts: new Map() })
          return id
        }),
      uploadPart: (bucket, key, id, part, bytes) =>
        this.#request('uploadPart', bucket, key, fileUnwritable, (into) => {
          uploadOf(into, bucket, key, id).parts.set(part, new Uint8Array(bytes))
          return `part-${part}`
        }),
      completeUpload: (bucket, key, id, tags) =>
        this.#request('completeUpload', bucket, key, fileUnwritable, (into) => {
          const { parts } = uploadOf(into, bucket, key, id)
          const pieces = tags.map((_, i) => parts.get(i + 1) ?? new Uint8Array(0))
          this.#store(into, key, Buffer.concat(pieces))
          into.uploads.delete(id)
        }),
      abortUpload: (bucket, key, id) =>
        this.#request('abortUpload', bucket, key, fileUnwritable, ({ uploads }) => {
          uploads.delete(id)
        }),
      uploads: (bucket, prefix) =>
        this.#request('uploads', bucket, prefix, fileUnreadable, ({ uploads }) =>
          [...uploads]
            .filter(([, { key }]) => key.startsWith(prefix))
            .map(([id, { key }]) => ({ key, id })),
        ),
    }
  }

  #store({ objects }: Bucket, key: string, bytes: Uint8Array): void {
    objects.set(key, { bytes: new Uint8Array(bytes), tag: `"${(this.#ids += 1)}"` })
  }

  /** A request as real stores take it: later, and only if no judge has it fail, by the error that `refused` makes. */
  async #request<R>(
    operation: keyof ObjectStore,
    bucket: string,
    key: string,
    refused: typeof fileUnreadable,
    work: (bucket: Bucket) => R,
  ): Promise<R> {
    await Promise.resolve()
    for (const judge of this.#judges) {
      const reason = judge(operation, bucket, key)
      if (reason !== undefined) throw refused(urlOf(bucket, key), reason)
    }
    return work(this.#bucket(bucket))
  }

  #bucket(name: string): Bucket {
    let bucket = this.#buckets.get(name)
    if (bucket === undefined) {
      bucket = { objects: new Map(), uploads: new Map() }
      this.#buckets.set(name, bucket)
    }
    return bucket
  }
}

function uploadOf({ uploads }: Bucket, bucket: string, key: string, id: string): StoredUpload {
  const upload = uploads.get(id)
  if (upload?.key === key) return upload
  throw fileUnwritable(urlOf(bucket, key), 'NoSuchUpload, HTTP 404')
}

function page(
  objects: Bucket['objects'],
  prefix: string,
  delimiter: '/' | undefined,
  from: string | undefined,
  limit: number,
): ObjectPage {
  const found: ObjectInfo[] = []
  const prefixes: string[] = []
  let last = ''
  for (const key of [...objects.keys()].sort()) {
    if (!key.startsWith(prefix) || (from !== undefined && key <= from)) continue
    const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length)
    const common = cut < 0 ? undefined : key.slice(0, cut + 1)
    if (common !== undefined && common === prefixes.at(-1)) {
      last = key
      continue
    }
    if (found.length + prefixes.length >= limit) return { objects: found, prefixes, next: last }
    last = key
    const { bytes, tag } = objects.get(key) as { readonly bytes: Uint8Array; readonly tag: string }
    if (common === undefined) found.push({ key, sizeBytes: bytes.length, tag })
    else prefixes.push(common)
  }
  return { objects: found, prefixes, next: undefined }
}
