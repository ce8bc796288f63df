import { closeSync, openSync, readSync, statSync } from 'node:fs'

const NEWLINE = 10
const LONGEST_LINE = 1 << 16

export interface Range {
  readonly path: string
  readonly from: number
  readonly to: number
}

/** A file of lines cut into so many ranges of whole lines. */
export function rangesOf(path: string, count: number): readonly Range[] {
  const { size } = statSync(path)
  const file = openSync(path, 'r')
  const some = Buffer.alloc(LONGEST_LINE)
  const cuts = [0]
  for (let i = 1; i < count; i += 1) {
    const at = Math.floor((size * i) / count)
    const length = readSync(file, some, 0, some.length, at)
    cuts.push(at + some.subarray(0, length).indexOf(NEWLINE) + 1)
  }
  closeSync(file)
  return cuts.map((from, i) => ({ path, from, to: cuts[i + 1] ?? size }))
}

/** Hands over blocks of whole lines: a buffer that is used again, and how much of it counts. */
export function forEachBlock(
  { path, from, to }: Range,
  take: (bytes: Buffer, length: number) => void,
  blockBytes: number = 1 << 18,
): void {
  const file = openSync(path, 'r')
  const bytes = Buffer.allocUnsafeSlow(blockBytes + LONGEST_LINE)
  let kept = 0
  let at = from
  while (at < to) {
    const read = readSync(file, bytes, kept, Math.min(blockBytes, to - at), at)
    if (read === 0) break
    at += read
    const length = kept + read
    const end = at >= to ? length : bytes.lastIndexOf(NEWLINE, length - 1) + 1
    take(bytes, end)
    kept = length - end
    if (kept > 0) bytes.copy(bytes, 0, end, length)
  }
  closeSync(file)
}

/** Hands over line by line. */
export function forEachLine(range: Range, take: (line: string) => void): void {
  forEachBlock(range, (bytes, length) => {
    for (const line of bytes.toString('latin1', 0, length).split('\n')) if (line !== '') take(line)
  })
}
