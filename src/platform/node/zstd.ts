/** Takes the next bytes of what was compressed, gives what they are made to. Throws what the library throws for bytes that are none. */
export type ZstdStream = (bytes: Uint8Array) => readonly Uint8Array[]

/** Decompresses zstd, as far as the bytes go. Node has it from 22.15 on; this is for all. */
export async function zstdStream(): Promise<ZstdStream> {
  const { Decompress } = await import('fzstd')
  let made: Uint8Array[] = []
  const stream = new Decompress((bytes) => {
    made.push(bytes.slice()) // its buffers are used again
  })
  return (bytes) => {
    made = []
    stream.push(bytes)
    return made
  }
}
