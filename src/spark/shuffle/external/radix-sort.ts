const BITS = 11
const MASK: number = (1 << BITS) - 1

/**
 * Sorts `order`, numbers of things, by the unsigned word that `words` has for each; equal ones keep their order. Takes
 * `spare` of the same length for its work; answers the one of the two in which the result is.
 */
export function radixSort(
  order: Uint32Array,
  spare: Uint32Array,
  words: (Uint32Array | Int32Array) & { readonly [index: number]: number },
): Uint32Array {
  const { length } = order
  let source = order
  let target = spare
  for (let shift = 0; shift < 32; shift += BITS) {
    const counts = new Uint32Array(MASK + 1)
    for (let i = 0; i < length; i += 1) {
      const digit = ((words[source[i] as number] as number) >>> shift) & MASK
      counts[digit] = (counts[digit] as number) + 1
    }
    const first = ((words[source[0] as number] as number) >>> shift) & MASK
    if (counts[first] === length) continue // all alike here
    let sum = 0
    for (let digit = 0; digit <= MASK; digit += 1) {
      const count = counts[digit] as number
      counts[digit] = sum
      sum += count
    }
    for (let i = 0; i < length; i += 1) {
      const number = source[i] as number
      const digit = ((words[number] as number) >>> shift) & MASK
      const place = counts[digit] as number
      counts[digit] = place + 1
      target[place] = number
    }
    const swapped = source
    source = target
    target = swapped
  }
  return source
}

/** Room for {@link radixSortAlong}. */
const countsOfThree: Uint32Array = new Uint32Array(3 * (MASK + 1))

/**
 * Sorts the unsigned `words` from `from` up to `to`, and `things` along with them; equal ones keep their order. Takes spare arrays of the
 * same length for its work.
 */
export function radixSortAlong(
  words: Uint32Array,
  things: Uint32Array,
  spareWords: Uint32Array,
  spareThings: Uint32Array,
  from: number,
  to: number,
): void {
  const counts = countsOfThree.fill(0)
  for (let i = from; i < to; i += 1) {
    const word = words[i] as number
    counts[word & MASK] = (counts[word & MASK] as number) + 1
    const second = MASK + 1 + ((word >>> BITS) & MASK)
    counts[second] = (counts[second] as number) + 1
    const third = 2 * (MASK + 1) + (word >>> (2 * BITS))
    counts[third] = (counts[third] as number) + 1
  }
  let sourceWords = words
  let sourceThings = things
  let targetWords = spareWords
  let targetThings = spareThings
  for (let pass = 0; pass < 3; pass += 1) {
    const base = pass * (MASK + 1)
    const shift = pass * BITS
    const first = base + (((sourceWords[from] as number) >>> shift) & MASK)
    if (counts[first] === to - from) continue // all alike here
    let sum = from
    for (let digit = base; digit <= base + MASK; digit += 1) {
      const count = counts[digit] as number
      counts[digit] = sum
      sum += count
    }
    for (let i = from; i < to; i += 1) {
      const word = sourceWords[i] as number
      const digit = base + ((word >>> shift) & MASK)
      const place = counts[digit] as number
      counts[digit] = place + 1
      targetWords[place] = word
      targetThings[place] = sourceThings[i] as number
    }
    ;[sourceWords, targetWords] = [targetWords, sourceWords]
    ;[sourceThings, targetThings] = [targetThings, sourceThings]
  }
  if (sourceWords === words) return
  words.set(sourceWords.subarray(from, to), from)
  things.set(sourceThings.subarray(from, to), from)
}
