import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

const NEWLINE = 10
const CHUNK = 4 << 20

/** Cuts a file of lines into so many files of whole lines, `part-00` and on: for engines that do not split one. */
export function splitFile(path: string, directory: string, parts: number): void {
  mkdirSync(directory, { recursive: true })
  const nameOf = (part: number): string => join(directory, `part-${String(part).padStart(2, '0')}`)
  if (parts === 1) return copyFileSync(path, nameOf(0))
  const size = statSync(path).size
  const file = openSync(path, 'r')
  const chunk = Buffer.allocUnsafe(CHUNK)
  let from = 0
  for (let part = 0; part < parts; part += 1) {
    const to = part === parts - 1 ? size : lineEnd(file, Math.floor((size * (part + 1)) / parts))
    const out = openSync(nameOf(part), 'w')
    while (from < to) {
      const length = readSync(file, chunk, 0, Math.min(CHUNK, to - from), from)
      writeSync(out, chunk, 0, length)
      from += length
    }
    closeSync(out)
  }
  closeSync(file)
}

/** Behind the end of the line that `at` is in. */
function lineEnd(file: number, at: number): number {
  const some = Buffer.allocUnsafe(4096)
  const length = readSync(file, some, 0, some.length, at)
  return at + some.subarray(0, length).indexOf(NEWLINE) + 1
}
