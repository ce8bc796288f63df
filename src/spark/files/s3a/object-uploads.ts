import type { ObjectStore } from '../../../platform/index.ts'
import { PieceBuffer } from '../append-pieces.ts'
import type { Upload, UploadFile, Uploads } from '../uploads.ts'

/** The uploads of a bucket, part by part. */
export class ObjectUploads implements Uploads {
  readonly #store: ObjectStore
  readonly #bucket: string
  readonly #partBytes: number
  readonly #keyOf: (path: string) => string

  constructor(
    store: ObjectStore,
    bucket: string,
    partBytes: number,
    keyOf: (path: string) => string,
  ) {
    this.#store = store
    this.#bucket = bucket
    this.#partBytes = partBytes
    this.#keyOf = keyOf
  }

  begin(path: string): Promise<UploadFile> {
    const store = this.#store
    const bucket = this.#bucket
    const key = this.#keyOf(path)
    const tags: string[] = []
    let id: string | undefined
    const buffer = new PieceBuffer({
      pieceBytes: this.#partBytes,
      write: async (piece) => {
        id ??= await store.beginUpload(bucket, key)
        tags.push(await store.uploadPart(bucket, key, id, tags.length + 1, piece))
      },
    })
    const finish = async (): Promise<Upload> => {
      await buffer.flush()
      return { path, id, tags }
    }
    return Promise.resolve({
      append: (bytes) => buffer.append(bytes),
      sync: () => Promise.resolve(),
      close: async () => void (await finish()),
      finish,
      abort: async () => {
        await buffer.settled()
        if (id !== undefined) await store.abortUpload(bucket, key, id)
      },
    })
  }

  async complete({ path, id, tags }: Upload): Promise<void> {
    const key = this.#keyOf(path)
    if (id === undefined) await this.#store.put(this.#bucket, key, new Uint8Array(0))
    else await this.#store.completeUpload(this.#bucket, key, id, tags)
  }

  async abortBelow(path: string): Promise<void> {
    for (const { key, id } of await this.#store.uploads(this.#bucket, `${this.#keyOf(path)}/`)) {
      await this.#store.abortUpload(this.#bucket, key, id)
    }
  }
}
