import type { AppendFile } from '../../platform/index.ts'

/** Where the bytes of a file go, some at a time. */
export interface PieceTarget {
  readonly pieceBytes: number
  /** In order, one after the other; all but the last have `pieceBytes`. */
  write(piece: Uint8Array): Promise<void>
}

/** Bytes that were appended, put together until they are a piece. */
export class PieceBuffer {
  readonly #target: PieceTarget
  #parts: Uint8Array[] = []
  #bytes = 0
  #last: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | undefined

  constructor(target: PieceTarget) {
    this.#target = target
  }

  /** Resolves when there is room for more. The bytes may be used again then: they are copied. */
  append(bytes: Uint8Array): Promise<void> {
    return this.#inLine(async () => {
      const { pieceBytes } = this.#target
      let rest = bytes
      while (this.#bytes + rest.length >= pieceBytes) {
        const room = pieceBytes - this.#bytes
        this.#keep(rest.subarray(0, room))
        rest = rest.subarray(room)
        await this.#write()
      }
      this.#keep(rest)
    })
  }

  /** Writes what is left; nothing when there is nothing. */
  flush(): Promise<void> {
    return this.#inLine(async () => {
      if (this.#bytes > 0) await this.#write()
    })
  }

  /** Resolves when nothing is on its way any more, however that went. */
  async settled(): Promise<void> {
    await this.#last
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    // Not by `slice`, which is a view when it is a Buffer.
    this.#parts.push(new Uint8Array(bytes))
    this.#bytes += bytes.length
  }

  async #write(): Promise<void> {
    const piece = Buffer.concat(this.#parts)
    this.#parts = []
    this.#bytes = 0
    await this.#target.write(piece)
  }

  /** In the order of the calls; after a failure nothing more is written. */
  #inLine(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(async () => {
      if (this.#failure !== undefined) throw this.#failure.error
      try {
        await work()
      } catch (error) {
        this.#failure ??= { error }
        throw error
      }
    })
    this.#last = done.catch(() => undefined)
    return done
  }
}

/** A file whose bytes go to a target piece by piece; `end` is called once they are all there. */
export function appendInPieces(target: PieceTarget, end: () => Promise<void>): AppendFile {
  const buffer = new PieceBuffer(target)
  return {
    append: (bytes) => buffer.append(bytes),
    sync: () => buffer.flush(),
    async close() {
      await buffer.flush()
      await end()
    },
  }
}
