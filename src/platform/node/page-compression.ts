import * as zlib from 'node:zlib'

/** Ways to make bytes fewer that this process has. `zstd` is part of Node since 22.15. */
export type CompressionCodec = 'deflate' | 'zstd'

/** Makes short pieces of bytes fewer and back, each by itself. */
export interface PieceCompression {
  readonly compress: (bytes: Uint8Array) => Uint8Array
  /** `rawBytes`: what it was before. Throws what the library throws for bytes that are no such piece. */
  readonly decompress: (bytes: Uint8Array, rawBytes: number) => Uint8Array
}

type ZstdPart = {
  readonly zstdCompressSync?: (bytes: Uint8Array) => Buffer
  readonly zstdDecompressSync?: (bytes: Uint8Array, options: object) => Buffer
}

/** The codecs that there are here. */
export function compressionCodecs(): readonly CompressionCodec[] {
  return 'zstdCompressSync' in zlib ? ['deflate', 'zstd'] : ['deflate']
}

/** Undefined for a codec that there is not here. */
export function pieceCompression(codec: CompressionCodec): PieceCompression | undefined {
  if (codec === 'deflate') {
    return {
      // The fastest: what is compressed here is read once, soon.
      compress: (bytes) => zlib.deflateRawSync(bytes, { level: 1 }),
      decompress: (bytes, rawBytes) => zlib.inflateRawSync(bytes, { maxOutputLength: rawBytes }),
    }
  }
  const { zstdCompressSync, zstdDecompressSync } = zlib as ZstdPart
  if (zstdCompressSync === undefined || zstdDecompressSync === undefined) return undefined
  return {
    compress: (bytes) => zstdCompressSync(bytes),
    decompress: (bytes, rawBytes) => zstdDecompressSync(bytes, { maxOutputLength: rawBytes }),
  }
}
