import { zstdStream } from '../../../platform/index.ts'
import { damaged } from './damaged.ts'
import type { Decoder } from './decoder.ts'

/** Reads logs in `zstd`, whose frames may be as long as the log. */
export async function zstdDecoder(): Promise<Decoder> {
  const decompress = await zstdStream()
  return (bytes) => {
    try {
      return decompress(bytes)
    } catch (error) {
      throw damaged(error instanceof Error ? error.message : String(error))
    }
  }
}
