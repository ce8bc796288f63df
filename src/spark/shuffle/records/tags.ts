/**
 * How a value begins in a page of records. Bytes less than 0x80 are the whole numbers 0 … 127 themselves.
 *
 * Numbers and lengths are little-endian. Texts of Latin-1 are held a byte a unit, other texts two bytes a unit, so that every text
 * comes back as it was.
 */
export const NULL = 0x80
export const UNDEFINED = 0x81
export const TRUE = 0x82
export const FALSE = 0x83
/** Two bytes, signed. */
export const INT_16 = 0x84
/** Four bytes, signed. */
export const INT_32 = 0x85
/** Eight bytes, IEEE 754. */
export const DOUBLE = 0x86
/** Four bytes of length, then so many units. */
export const LATIN_TEXT = 0x87
export const WIDE_TEXT = 0x88
/** Four bytes of length, then the items. */
export const ARRAY = 0x89
/** An object of a new shape: a byte with the number of its keys, the keys as texts, the values. */
export const NEW_OBJECT = 0x8a
/** A byte with the number of a shape of this page, the values. */
export const OBJECT = 0x8b
/** Four bytes of length, then bytes of the codec. */
export const ENCODED = 0x8c
/** Only at the head of a page of a block: its rows follow as columns. */
export const COLUMNS = 0x8d
/** Four bytes of length, then so many bytes: a Uint8Array. */
export const BYTES = 0x8e
/** Bytes before the columns of a page of {@link COLUMNS}, with its tag. */
export const COLUMNS_HEAD_BYTES = 8
/** Only as the value of a record: what its key is. */
export const KEY_AGAIN = 0x8f
/** With an array's length of 0 … 15 in the lower four bits. */
export const SHORT_ARRAY = 0x90
/** A Uint8Array with a length of 0 … 15 in the lower four bits. */
export const SHORT_BYTES = 0xa0
/** Four bytes of length, then so many bytes: a Buffer. */
export const BUFFER = 0xb0
/** With a length of 0 … 63 in the lower six bits. */
export const SHORT_LATIN_TEXT = 0xc0
