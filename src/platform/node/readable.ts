import { Readable } from 'node:stream'

/**
 * A stream in object mode of what is iterated, at most sixteen items ahead of its reader. Destroying it ends the
 * iteration.
 */
export function nodeReadable(items: AsyncIterable<unknown>): Readable {
  return Readable.from(items, { objectMode: true, highWaterMark: 16 })
}

export type { Readable }
