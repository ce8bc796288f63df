import { closeSync, openSync, readSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const RECORD = 100
const KEY = 10
/** Where the number of a record stands: 16 digits behind the key and a space. */
const NUMBER = KEY + 1
const NUMBER_LENGTH = 16
const CHUNK = RECORD * 40_000

/**
 * What lies in a directory of sorted parts: how many records, whether all are in order of their keys, and the sum of their
 * numbers, by which a lost or doubled one shows.
 */
export function lookAtSorted(directory: string): string {
  const parts = readdirSync(directory).filter((name) => name.startsWith('part-'))
  const chunk = Buffer.allocUnsafe(CHUNK)
  const last = Buffer.alloc(KEY)
  let records = 0
  let disordered = 0
  let sum = 0
  for (const part of parts.sort()) {
    const file = openSync(join(directory, part), 'r')
    for (;;) {
      const length = fill(file, chunk)
      if (length === 0) break
      for (let at = 0; at < length; at += RECORD) {
        if (last.compare(chunk, at, at + KEY) > 0) disordered += 1
        chunk.copy(last, 0, at, at + KEY)
        records += 1
        sum += numberAt(chunk, at + NUMBER)
      }
    }
    closeSync(file)
  }
  return `${String(records)}/${disordered === 0 ? 'in order' : `${String(disordered)} out of order`}/${String(sum)}`
}

function fill(file: number, chunk: Buffer): number {
  let length = 0
  while (length < chunk.length) {
    const read = readSync(file, chunk, length, chunk.length - length, null)
    if (read === 0) break
    length += read
  }
  return length
}

function numberAt(chunk: Buffer, at: number): number {
  let number = 0
  for (let i = at; i < at + NUMBER_LENGTH; i += 1) number = number * 10 + (chunk[i] ?? 0) - 48
  return number
}
