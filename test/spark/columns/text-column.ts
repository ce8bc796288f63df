import type { TextColumn } from '../../../src/spark/columns/index.ts'

/** Texts as a column, their bytes end to end. */
export function textColumn(texts: readonly string[]): TextColumn {
  const parts = texts.map((text) => Buffer.from(text, 'utf8'))
  const starts = new Int32Array(texts.length)
  const ends = new Int32Array(texts.length)
  let at = 0
  parts.forEach((part, i) => {
    starts[i] = at
    at += part.length
    ends[i] = at
  })
  const bytes = Buffer.concat(parts)
  return { type: 'text', bytes, starts, ends, isAscii: bytes.every((byte) => byte < 0x80) }
}
