import { createReadStream } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip, gunzipSync, gzipSync, inflateRawSync, type Gunzip } from 'node:zlib'
import type { ByteSource } from '../disk.ts'
import { gzipDamaged } from '../errors.ts'

/** Bytes of a piece, compressed and not. */
const PIECE_BYTES = 256 << 10

/** A gzip file of its own; laid end to end, such files are one. */
export function gzipMember(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes)
}

/** What is compressed in a gzip file. @throws the system's error for what is none, or not whole */
export function gunzippedWhole(bytes: Uint8Array): Uint8Array {
  return gunzipSync(bytes)
}

/** What was compressed without a header, as in a zip file. @throws the system's error for what is damaged */
export function inflatedRaw(bytes: Uint8Array): Uint8Array {
  return inflateRawSync(bytes)
}

/** A gzip file as it is read; nothing more is read ahead than a piece on each side. */
export async function openGzipFile(
  path: string,
  unreadable: (cause: unknown) => Error,
): Promise<ByteSource> {
  await access(path, constants.R_OK)
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES })
  // Its failures come by way of `gunzip`, which is destroyed with them.
  pipeline(createReadStream(path, { highWaterMark: PIECE_BYTES }), gunzip, () => {})
  return piecesOf(gunzip, (cause) =>
    isOfZlib(cause) ? gzipDamaged(path, cause) : unreadable(cause),
  )
}

/** What is compressed in a source of bytes; its failures are handed on, and it is closed. */
export function gunzipped(path: string, source: ByteSource): ByteSource {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES })
  let failure: { readonly error: unknown } | undefined
  const compressed = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
        yield piece
      }
    } catch (error) {
      failure = { error }
      throw error
    } finally {
      await source.close()
    }
  }
  // Its failures come by way of `gunzip`, which is destroyed with them.
  pipeline(compressed, gunzip, () => {})
  return piecesOf(gunzip, (cause) =>
    failure === undefined ? gzipDamaged(path, cause) : failure.error,
  )
}

/** What comes out of `gunzip`; its failures as `told` has them. */
function piecesOf(gunzip: Gunzip, told: (cause: unknown) => unknown): ByteSource {
  const pieces = gunzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  return {
    async next() {
      try {
        const step = await pieces.next()
        return step.done === true ? undefined : step.value
      } catch (cause) {
        throw told(cause)
      }
    },
    async close() {
      await pieces.return?.()
    },
  }
}

/** A gzip file that is in memory as a whole. */
export function gzipInMemory(path: string, bytes: Uint8Array): ByteSource {
  let at = 0
  let content: Uint8Array | undefined
  return {
    async next() {
      try {
        content ??= gunzipSync(bytes)
      } catch (cause) {
        throw gzipDamaged(path, cause)
      }
      if (at >= content.length) return undefined
      const piece = content.subarray(at, at + PIECE_BYTES)
      at += piece.length
      return piece
    },
    close: () => Promise.resolve(),
  }
}

function isOfZlib(cause: unknown): boolean {
  const code: unknown = (cause as { readonly code?: unknown } | null)?.code
  return typeof code === 'string' && code.startsWith('Z_')
}
