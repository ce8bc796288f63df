/** Made of adler32.wat, which stands beside, by `wat2wasm` of wabt 1.0. */
const CODE: string = [
  'AGFzbQEAAAABBwFgAn9/AX8DAgEABQQBAQEBBxQCBm1lbW9yeQIAB2FkbGVyMzIAAArIAgHFAgIFfwR7IAFB//8DcSEF',
  'IAFBEHYhBgJAA0AgAiAATw0BIAIhBCACQbAraiEDIAMgAEsEQCAAIQML/QwAAAAAAAAAAAAAAAAAAAAAIQj9DAAAAAAA',
  'AAAAAAAAAAAAAAAhCf0MAAAAAAAAAAAAAAAAAAAAACEKA0AgAv0ABAAhByAJIAj9rgEhCSAIIAf9ff1//a4BIQggCiAH',
  '/YkB/QwQAA8ADgANAAwACwAKAAkA/boBIAf9igH9DAgABwAGAAUABAADAAIAAQD9ugH9rgH9rgEhCiACQRBqIgIgA0kN',
  'AAsgCiAJQQT9qwH9rgEhCiAGIAMgBGsgBWxqIAr9GwAgCv0bAWogCv0bAiAK/RsDampqQfH/A3AhBiAFIAj9GwAgCP0b',
  'AWogCP0bAiAI/RsDampqQfH/A3AhBQwACwsgBkEQdCAFcgs=',
].join('')

/** Bytes that are summed up at a time: the memory of the code, a page of WebAssembly. */
export const ROOM_BYTES: number = 64 << 10

/** Sums of many bytes, sixteen at a time. */
export interface VectorSums {
  /** Where the bytes are to be, {@link ROOM_BYTES} at most. */
  readonly room: Uint8Array
  /** The checksum, as a signed number, of what came before with checksum `seed` and the first `length` bytes behind it, a multiple of 16. */
  readonly adler32: (length: number, seed: number) => number
}

/** What is used of the global of that name. */
interface WebAssemblyApi {
  readonly Module: new (code: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly adler32: VectorSums['adler32']
}

let made: VectorSums | undefined
let isTried = false

/** Undefined where the processor has no such instructions, or the process may not reserve so much address space. */
export function vectorSums(): VectorSums | undefined {
  if (isTried) return made
  isTried = true
  try {
    const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }
    const module = new WebAssembly.Module(Buffer.from(CODE, 'base64'))
    const { memory, adler32 } = new WebAssembly.Instance(module).exports as Exports
    made = { room: new Uint8Array(memory.buffer), adler32 }
  } catch {
    // Bytes are summed up without it.
  }
  return made
}
