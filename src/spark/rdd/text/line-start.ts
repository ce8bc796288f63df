import type { ReadFile } from '../../../platform/index.ts'

const LF = 0x0a
const CR = 0x0d
const SCAN_BYTES = 16 << 10

/**
 * The first place at or behind `offset` where a line begins: 0, the byte after a line end (LF, CR LF, or CR
 * alone), or the end of the file. So the ranges from `lineStart(a)` to `lineStart(b)` of neighbouring splits
 * cover every line exactly once, wherever the splits are cut.
 */
export async function lineStart(file: ReadFile, offset: number): Promise<number> {
  if (offset <= 0) return 0
  let at = offset - 1
  while (at < file.sizeBytes) {
    const bytes = await file.read(at, SCAN_BYTES)
    if (bytes.length === 0) break
    for (let i = 0; i < bytes.length; i += 1) {
      if (bytes[i] === LF) return at + i + 1
      if (bytes[i] !== CR) continue
      const next = i + 1 < bytes.length ? bytes[i + 1] : (await file.read(at + i + 1, 1))[0]
      return next === LF ? at + i + 2 : at + i + 1
    }
    at += bytes.length
  }
  return file.sizeBytes
}
