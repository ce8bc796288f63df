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
  from = 0,
  to: number = order.length,
): Uint32Array {
  let source = order
  let target = spare
  for (let shift = 0; shift < 32; shift += BITS) {
    const counts = new Uint32Array(MASK + 1)
    for (let i = from; i < to; i += 1) {
      const digit = ((words[source[i] as number] as number) >>> shift) & MASK
      counts[digit] = (counts[digit] as number) + 1
    }
    const first = ((words[source[from] as number] as number) >>> shift) & MASK
    if (counts[first] === to - from) continue // all alike here
    let sum = from
    for (let digit = 0; digit <= MASK; digit += 1) {
      const count = counts[digit] as number
      counts[digit] = sum
      sum += count
    }
    for (let i = from; i < to; i += 1) {
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
