import type { Random } from '../random.ts'

/**
 * Chance that repeats: the generator sfc32, seeded by a text. Different texts give unrelated
 * streams, so each simulated node draws from its own.
 * @see https://pracrand.sourceforge.net (sfc, 32 bits)
 */
export function seededRandom(seed: string): Random {
  let [a, b, c, counter] = seedWords(seed)
  const uint32 = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 16; round += 1) uint32()

  return {
    float: () => (uint32() * 0x200000 + (uint32() >>> 11)) / 2 ** 53,
    int(bound) {
      const limit = 2 ** 32 - (2 ** 32 % bound)
      let value = uint32()
      while (value >= limit) value = uint32()
      return value % bound
    },
    bytes: (length) => Uint8Array.from({ length }, () => uint32() >>> 24),
    id: () =>
      [uint32(), uint32(), uint32(), uint32()]
        .map((word) => word.toString(16).padStart(8, '0'))
        .join(''),
  }
}

/** Four words out of a text by FNV-1a, each with a start of its own. */
function seedWords(seed: string): [number, number, number, number] {
  const word = (start: number): number => {
    let hash = start
    for (let at = 0; at < seed.length; at += 1) {
      hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193)
    }
    return hash | 0
  }
  return [word(0x811c9dc5), word(0x9e3779b9), word(0x85ebca6b), 1]
}
