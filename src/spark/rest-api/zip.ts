import type { Crypto } from '../../platform/index.ts'

const LOCAL_HEADER = 0x04034b50
const DESCRIPTOR = 0x08074b50
const CENTRAL_HEADER = 0x02014b50
const END = 0x06054b50
const VERSION = 20
/** Sizes and checksum stand behind the data; names are UTF-8. */
const FLAGS = 0x0808
const DEFLATE = 8
/** The longest block of deflate that is stored as it is. */
const MAX_BLOCK_BYTES = 0xffff
const MAX_UINT32 = 0xffff_ffff

/**
 * A zip archive of one file, made bit by bit while the file is read. What is in it is not compressed.
 *
 * @see PKWARE's APPNOTE.TXT; RFC 1951
 */
export class ZipOfOne {
  readonly #crypto: Pick<Crypto, 'crc32'>
  readonly #name: Uint8Array
  #crc = 0
  #rawBytes = 0
  #packedBytes = 0

  constructor(name: string, crypto: Pick<Crypto, 'crc32'>) {
    this.#crypto = crypto
    this.#name = new TextEncoder().encode(name)
  }

  /** What the archive begins with. */
  head(): Uint8Array {
    return concat([fields(LOCAL_HEADER, this.#shared(0, 0, 0)), this.#name])
  }

  /** The next part of the file. */
  part(bytes: Uint8Array): Uint8Array {
    const blocks: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += MAX_BLOCK_BYTES) {
      const block = bytes.subarray(at, at + MAX_BLOCK_BYTES)
      blocks.push(blockHead(block.length, false), block)
    }
    this.#crc = this.#crypto.crc32(bytes, this.#crc)
    this.#rawBytes += bytes.length
    return this.#packed(concat(blocks))
  }

  /** What it ends with. Files of 4 GiB and more don't fit this form: their sizes are told modulo that. */
  end(): Uint8Array {
    const last = this.#packed(blockHead(0, true))
    const sizes = this.#sizes()
    const descriptor = fields(
      DESCRIPTOR,
      sizes.map((size) => [size, 4] as const),
    )
    const central = fields(CENTRAL_HEADER, [
      [VERSION, 2],
      ...this.#shared(...sizes),
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [0, 4],
    ])
    const centralBytes = central.length + this.#name.length
    const before = LOCAL_HEADER_BYTES + this.#name.length + this.#packedBytes + descriptor.length
    const end = fields(END, [
      [0, 2],
      [0, 2],
      [1, 2],
      [1, 2],
      [centralBytes, 4],
      [before % (MAX_UINT32 + 1), 4],
      [0, 2],
    ])
    return concat([last, descriptor, central, this.#name, end])
  }

  #packed(bytes: Uint8Array): Uint8Array {
    this.#packedBytes += bytes.length
    return bytes
  }

  #sizes(): [crc: number, packed: number, raw: number] {
    const wrapped = (size: number): number => size % (MAX_UINT32 + 1)
    return [this.#crc, wrapped(this.#packedBytes), wrapped(this.#rawBytes)]
  }

  /** What both headers of the file say; its time is midnight of 1980-01-01, the first there is. */
  #shared(crc: number, packedBytes: number, rawBytes: number): Field[] {
    return [
      [VERSION, 2],
      [FLAGS, 2],
      [DEFLATE, 2],
      [0, 2],
      [FIRST_DAY, 2],
      [crc, 4],
      [packedBytes, 4],
      [rawBytes, 4],
      [this.#name.length, 2],
      [0, 2],
    ]
  }
}

const FIRST_DAY = 0x21
const LOCAL_HEADER_BYTES = 30

type Field = readonly [value: number, bytes: 2 | 4]

function fields(signature: number, values: readonly Field[]): Uint8Array {
  const length = values.reduce((sum, [, bytes]) => sum + bytes, 4)
  const view = new DataView(new ArrayBuffer(length))
  view.setUint32(0, signature, true)
  let at = 4
  for (const [value, bytes] of values) {
    if (bytes === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += bytes
  }
  return new Uint8Array(view.buffer)
}

function blockHead(length: number, isLast: boolean): Uint8Array {
  const high = length >> 8
  return Uint8Array.of(isLast ? 1 : 0, length & 0xff, high, ~length & 0xff, ~high & 0xff)
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}
