import type { Disk } from '../../platform/index.ts'
import { totalBytes } from './block-frames.ts'

/** A block that is here, as bytes that are read from any place on: one in a file is never in memory as a whole. */
export interface BlockSource {
  readonly sizeBytes: number
  /** In a buffer of their own: what is sent may be handed over. Fewer than asked for at the end only. @throws what the disk throws */
  read(offset: number, lengthBytes: number): Promise<Uint8Array>
  close(): Promise<void>
}

export function sourceOfChunks(chunks: readonly Uint8Array[]): BlockSource {
  const sizeBytes = totalBytes(chunks)
  return {
    sizeBytes,
    read(offset, lengthBytes) {
      const bytes = new Uint8Array(Math.max(0, Math.min(lengthBytes, sizeBytes - offset)))
      let at = 0
      for (const chunk of chunks) {
        const from = Math.max(0, offset - at)
        const to = Math.min(chunk.length, offset + bytes.length - at)
        if (from < to) bytes.set(chunk.subarray(from, to), at + from - offset)
        at += chunk.length
      }
      return Promise.resolve(bytes)
    },
    close: () => Promise.resolve(),
  }
}

/** The file may be removed meanwhile: what is open stays. @throws what the disk throws */
export async function sourceOfFile(
  disk: Pick<Disk, 'open'>,
  path: string,
  sizeBytes: number,
): Promise<BlockSource> {
  const file = await disk.open(path)
  return {
    sizeBytes,
    read: (offset, lengthBytes) =>
      file.read(offset, Math.max(0, Math.min(lengthBytes, sizeBytes - offset))),
    close: () => file.close(),
  }
}
