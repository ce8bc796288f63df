import type { AppendFile } from '../disk.ts'
import { writing } from './file-failures.ts'

/** The most that the system reads or writes at a time: it counts in 31 bits. */
export const MOST_ACCESS_BYTES: number = 1 << 30

/** Reads at most `length` bytes at `offset` of a file into a buffer, from `at` on, and says how many there were. */
export type ReadSome = (
  buffer: Uint8Array,
  at: number,
  length: number,
  offset: number,
) => number | Promise<number>

/** Up to `length` bytes at `offset`, fewer only at the end of the file; in `into` if there is one. */
export async function readFully(
  readSome: ReadSome,
  offset: number,
  length: number,
  into: Uint8Array | undefined,
): Promise<Uint8Array> {
  const buffer = into ?? Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const missing = Math.min(length - filled, MOST_ACCESS_BYTES)
    const some = readSome(buffer, filled, missing, offset + filled)
    const bytes = typeof some === 'number' ? some : await some
    if (bytes === 0) break
    filled += bytes
  }
  return buffer.subarray(0, filled)
}

/** What is done to a file that is written. */
export interface AppendSteps {
  append(bytes: Uint8Array): void | Promise<void>
  sync(): void | Promise<void>
  close(): void | Promise<void>
}

/** A file at `path` to append to: what nobody awaits is done in the order of the calls, too. */
export function inOrder(path: string, steps: AppendSteps): AppendFile {
  let last: Promise<void> | undefined
  const after = (work: () => void | Promise<void>): Promise<void> => {
    const done = writing(path, async () => {
      await last
      await work()
    })
    last = done.catch(() => undefined)
    return done
  }
  return {
    append: (bytes) => after(() => steps.append(bytes)),
    sync: () => after(() => steps.sync()),
    close: () => after(() => steps.close()),
  }
}
