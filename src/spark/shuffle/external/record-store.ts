import {
  FULL_PAGE_BYTES,
  givePageMemory,
  takePageMemory,
  wordBytes,
  type WordBytes,
} from '../records/index.ts'

/** Bits of an address that tell a place in a slot. */
export const SLOT_BITS = 16
const SLOT_BYTES: number = 1 << SLOT_BITS
/** Slots after which it wants to be emptied: half of what addresses reach, since a page may take many. */
const MOST_SLOTS = 0x7fff

/**
 * Copies of pages, whose bytes have addresses: whole numbers of 32 bits, ascending in the order in which pages came. They lie in
 * memory that pages are made of, and that is used again.
 */
export class RecordStore {
  /** By slot, the upper bits of an address: the memory that it is in. */
  readonly blocks: WordBytes[] = []
  /** By slot: where in its memory it begins, which is not 0 only behind the first of a page that is longer than a slot. */
  readonly begins: number[] = []
  /** Of the last block, which has room behind it. */
  #filled: number = FULL_PAGE_BYTES
  #heldBytes = 0

  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Whether there are hardly addresses left. */
  get isFull(): boolean {
    return this.blocks.length >= MOST_SLOTS
  }

  /** Copies a page; answers the address of its first byte. */
  put(page: Uint8Array): number {
    const { length } = page
    if (length > FULL_PAGE_BYTES) return this.#putLong(page)
    if (this.#filled + length > FULL_PAGE_BYTES) {
      this.#add(wordBytes(takePageMemory(FULL_PAGE_BYTES).buffer), 0)
      this.#filled = 0
    }
    const slot = this.blocks.length - 1
    const at = this.#filled
    ;(this.blocks[slot] as WordBytes).bytes.set(page, at)
    this.#filled = at + length
    return slot * SLOT_BYTES + at
  }

  #putLong(page: Uint8Array): number {
    const slot = this.blocks.length
    const block = wordBytes(new Uint8Array(page).buffer)
    for (let begin = 0; begin < page.length; begin += SLOT_BYTES) this.#add(block, begin)
    this.#filled = FULL_PAGE_BYTES
    return slot * SLOT_BYTES
  }

  #add(block: WordBytes, begin: number): void {
    this.blocks.push(block)
    this.begins.push(begin)
    if (begin === 0) this.#heldBytes += block.bytes.length
  }

  blockOf(address: number): Uint8Array {
    return this.memoryOf(address).bytes
  }

  /** The block, and the words that it is made of. */
  memoryOf(address: number): WordBytes {
    return this.blocks[address >>> SLOT_BITS] as WordBytes
  }

  /** Where in its block an address is. */
  placeOf(address: number): number {
    return (address & (SLOT_BYTES - 1)) + (this.begins[address >>> SLOT_BITS] as number)
  }

  /** Gives the memory back: nobody looks at it any more. */
  clear(): void {
    for (const [slot, block] of this.blocks.entries()) {
      if (this.begins[slot] === 0) givePageMemory(block.bytes)
    }
    this.blocks.length = this.begins.length = 0
    this.#filled = FULL_PAGE_BYTES
    this.#heldBytes = 0
  }
}
