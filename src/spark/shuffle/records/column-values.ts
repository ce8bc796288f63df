import type { Column } from '../../columns/index.ts'
import { NO_BYTES, wordBytes, type WordBytes } from './copy-bytes.ts'
import { BYTES, LATIN_TEXT, SHORT_BYTES, SHORT_LATIN_TEXT } from './tags.ts'

/** Units of a text, or bytes, up to this number have their number in their tag. */
const SHORT_TEXT = 63
const SHORT_BYTES_LENGTH = 15

const NONE = new Int32Array(0)
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** The values of a column as pages of records take them: texts of ASCII and bytes as they lie, others one by one. */
export class ColumnValues {
  /** Whether values are slices, which are copied. */
  readonly isSliced: boolean
  readonly memory: WordBytes
  /** Slice i is what lies in the memory from `starts[i]` to `ends[i]`, both counted from here. */
  readonly base: number
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly longestShort: number
  readonly shortTag: number
  readonly tag: number
  readonly #column: Column

  constructor(column: Column) {
    const isText = column.type === 'text' && column.isAscii
    const isSliced = isText || column.type === 'bytes'
    this.#column = column
    this.isSliced = isSliced
    this.memory = isSliced ? wordBytes(column.bytes.buffer) : NO_BYTES
    this.base = isSliced ? column.bytes.byteOffset : 0
    this.starts = isSliced ? column.starts : NONE
    this.ends = isSliced ? column.ends : NONE
    this.longestShort = isText ? SHORT_TEXT : SHORT_BYTES_LENGTH
    this.shortTag = isText ? SHORT_LATIN_TEXT : SHORT_BYTES
    this.tag = isText ? LATIN_TEXT : BYTES
  }

  /** Value `row` of a column that is not sliced. */
  valueAt(row: number): unknown {
    const column = this.#column
    switch (column.type) {
      case 'text':
      case 'bytes': {
        const slice = column.bytes.subarray(column.starts[row], column.ends[row])
        return column.type === 'text' ? utf8.decode(slice) : slice
      }
      case 'number':
        return column.values[row]
      case 'constant':
        return column.value
    }
  }

  /** Whether value `row` of both is one slice. */
  isSameAt(other: ColumnValues, row: number): boolean {
    return (
      this.starts[row] === other.starts[row] &&
      this.ends[row] === other.ends[row] &&
      this.#lieTogether(other)
    )
  }

  #lieTogether(other: ColumnValues): boolean {
    return (
      this.isSliced &&
      other.isSliced &&
      this.tag === other.tag &&
      this.base === other.base &&
      this.memory.bytes.buffer === other.memory.bytes.buffer
    )
  }
}
