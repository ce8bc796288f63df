/** Bytes that ask a careless reader of CBOR for gigabytes, for endless work, or for code; each a few bytes long. */

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))
}

function text(value: string): string {
  const bytes = Buffer.from(value)
  return (0x60 + bytes.length).toString(16) + bytes.toString('hex')
}

function repeated(head: string, count: number, tail: string): Uint8Array {
  return hex(head.repeat(count) + tail)
}

/** Each level holds the one below twice, by reference: small, but 2^depth values to whoever walks over it. */
function shared(depth: number, id = 0): string {
  return depth === 0 ? '8100' : `82 d81c ${shared(depth - 1, id + 1)} d81d ${byte(id)}`
}

/** Each level is the one below joined to itself: 2^depth items. */
function doubled(depth: number): string {
  return depth === 0 ? '8100' : `d833 84 81${doubled(depth - 1)} 8200e0 80 d8e1 e0`
}

function byte(value: number): string {
  return value < 24 ? value.toString(16).padStart(2, '0') : `18${value.toString(16)}`
}

export const attacks: Readonly<Record<string, Uint8Array>> = {
  'an array of 4 Gi items': hex('9affffffff'),
  'an array of 2^53 items': hex('9b001fffffffffffff'),
  'a text of 4 GiB': hex('7affffffff'),
  'bytes of 4 GiB': hex('5affffffff'),
  'a map of 4 Gi entries': hex('baffffffff'),
  'an array without an end': repeated('9f', 50_000, ''),
  'arrays in arrays': repeated('81', 60_000, '00'),
  'tags in tags': repeated('d903ea', 20_000, '00'),
  'arrays that declare what is left, each': repeated('99ea60', 20_000, ''),
  'a typed array of 4 Gi numbers, by its length': hex(`d840a1${text('buffer')}1affffffff`),
  'a typed array over an object': hex(
    `d856a3${text('buffer')}00${text('byteOffset')}00${text('byteLength')}1affffffff`,
  ),
  'values that stand in many places at once, as the text of a date': hex(`c0${shared(40)}`),
  'a reference to nothing': hex('d81d00'),
  'a packed table that doubles': hex(doubled(30)),
  'a bundle of strings that goes back': hex('d9dff982 3863 01 61 61 61'),
  'a reader of objects that is its own successor': hex(
    `83 d81ca1${text('compiledReader')}d81ca1${text('next')}d81d01 d9dfff83 19e000 d81d00 00 d9e00080`,
  ),
  'a shape with the number 4 Gi': hex('d9dfff83 1affffffff 816161 00'),
  'a shape that is no list': hex(`d9dfff83 19e000 a1${text('length')}01 00`),
  'a shape whose keys are code': hex(
    `84 d9dfff8319e00081${text('a:(globalThis.pwned=1),b')}00 d9e0008100 d9e0008100 d9e0008100`,
  ),
  'a record with more values than keys': hex('82 d9dfff8319e00081616100 d9e0009affffffff'),
  'the inside of the decoder': hex('da5368726401'),
  'a date from a text': hex('c063313937'),
  'a decimal fraction': hex('c48201 8201 02'),
  'an object by the name of its class': hex(`d81b82${text('constructor')}${text('return 1')}`),
  'prototype as a key': hex(`a1${text('__proto__')}a1${text('polluted')}f5`),
  'prototype as the key of a record': hex(
    `d9dfff8319e00081${text('__proto__')}a1${text('polluted')}f5`,
  ),
  'an error with a prototype in its data': hex(
    `d903ea86${text('Error')}${text('m')}f7a1${text('__proto__')}a1${text('polluted')}f5f7f7`,
  ),
  'a million empty maps': new Uint8Array(1_500_000)
    .fill(0xa0)
    .fill(0x9a, 0, 1)
    .fill(0, 1, 2)
    .fill(0x16, 2, 3)
    .fill(0xe3, 3, 4)
    .fill(0x5b, 4, 5),
  'an integer of 60,000 bytes': new Uint8Array([
    0xc2,
    0x59,
    0xea,
    0x60,
    ...new Uint8Array(60_000).fill(255),
  ]),
  'nothing at all': hex(''),
  'a break': hex('ff'),
  'a simple value': hex('f8ff'),
}
