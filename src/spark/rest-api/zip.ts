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

/** A file of an archive. */
interface ZipFile {
  readonly name: Uint8Array
  /** Where it begins in the archive. */
  readonly at: number
  crc: number
  rawBytes: number
  packedBytes: number
}

/**
 * A zip archive, made bit by bit while its files are read one after the other. What is in it is not compressed.
 *
 * @see PKWARE's APPNOTE.TXT; RFC 1951
 */
export class ZipArchive {
  readonly #crypto: Pick<Crypto, 'crc32'>
  readonly #files: ZipFile[] = []
  #bytes = 0

  constructor(crypto: Pick<Crypto, 'crc32'>) {
    this.#crypto = crypto
  }

  /** What the next file begins with. */
  begin(name: string): Uint8Array {
    const file = {
      name: new TextEncoder().encode(name),
      at: this.#bytes,
      crc: 0,
      rawBytes: 0,
      packedBytes: 0,
    }
    this.#files.push(file)
    return this.#given([fields(LOCAL_HEADER, shared(file, [0, 0, 0])), file.name])
  }

  /** The next part of the file. */
  part(bytes: Uint8Array): Uint8Array {
    const file = this.#last()
    const blocks: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += MAX_BLOCK_BYTES) {
      const block = bytes.subarray(at, at + MAX_BLOCK_BYTES)
      blocks.push(blockHead(block.length, false), block)
    }
    file.crc = this.#crypto.crc32(bytes, file.crc)
    file.rawBytes += bytes.length
    return this.#packed(file, blocks)
  }

  /** What the file ends with. One of 4 GiB and more does not fit this form: its sizes are told modulo that. */
  endFile(): Uint8Array {
    const file = this.#last()
    const last = this.#packed(file, [blockHead(0, true)])
    const sizes = sizesOf(file).map((size) => [size, 4] as const)
    return Buffer.concat([last, this.#given([fields(DESCRIPTOR, sizes)])])
  }

  /** What the archive ends with. */
  end(): Uint8Array {
    const at = this.#bytes
    const central = this.#files.flatMap((file) => [
      fields(CENTRAL_HEADER, [
        [VERSION, 2],
        ...shared(file, sizesOf(file)),
        [0, 2],
        [0, 2],
        [0, 2],
        [0, 4],
        [wrapped(file.at), 4],
      ]),
      file.name,
    ])
    const centralBytes = central.reduce((sum, { length }) => sum + length, 0)
    const count = this.#files.length
    const end = fields(END, [
      [0, 2],
      [0, 2],
      [count, 2],
      [count, 2],
      [centralBytes, 4],
      [wrapped(at), 4],
      [0, 2],
    ])
    return concat([...central, end])
  }

  #last(): ZipFile {
    return this.#files.at(-1) as ZipFile
  }

  #packed(file: ZipFile, parts: readonly Uint8Array[]): Uint8Array {
    const bytes = this.#given(parts)
    file.packedBytes += bytes.length
    return bytes
  }

  #given(parts: readonly Uint8Array[]): Uint8Array {
    const bytes = concat(parts)
    this.#bytes += bytes.length
    return bytes
  }
}

type Sizes = readonly [crc: number, packed: number, raw: number]

function wrapped(size: number): number {
  return size % (MAX_UINT32 + 1)
}

function sizesOf({ crc, packedBytes, rawBytes }: ZipFile): Sizes {
  return [crc, wrapped(packedBytes), wrapped(rawBytes)]
}

/** What both headers of the file say; its time is midnight of 1980-01-01, the first there is. */
function shared({ name }: ZipFile, [crc, packedBytes, rawBytes]: Sizes): Field[] {
  return [
    [VERSION, 2],
    [FLAGS, 2],
    [DEFLATE, 2],
    [0, 2],
    [FIRST_DAY, 2],
    [crc, 4],
    [packedBytes, 4],
    [rawBytes, 4],
    [name.length, 2],
    [0, 2],
  ]
}

const FIRST_DAY = 0x21

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
