import type { ColumnBatch, Dictionary, TextColumn } from './column-batch.ts'
import { gathered } from './kernels.ts'

/** Texts at places of another column. Where they lie is looked up only for those who ask for it. */
export class CodedTexts implements TextColumn {
  readonly type = 'text'
  readonly bytes: Uint8Array
  readonly isAscii: boolean
  readonly dictionary: Dictionary
  readonly #batch: ColumnBatch
  #slices: TextColumn | undefined

  /** In memory of the scratch of `batch`. */
  constructor(texts: TextColumn, codes: Int32Array, batch: ColumnBatch) {
    this.bytes = texts.bytes
    this.isAscii = texts.isAscii
    this.dictionary = { texts, codes }
    this.#batch = batch
  }

  get starts(): Int32Array {
    return this.#gathered().starts
  }

  get ends(): Int32Array {
    return this.#gathered().ends
  }

  #gathered(): TextColumn {
    const { texts, codes } = this.dictionary
    return (this.#slices ??= gathered(texts, codes, this.#batch) as TextColumn)
  }
}
