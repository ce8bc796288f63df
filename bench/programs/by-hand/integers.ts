import { forEachBlock, type Range } from './lines.ts'

const [TAB, NEWLINE, ZERO] = [9, 10, 48]

/** Hands over two columns of whole numbers of lines with tabs between fields. */
export function forEachPair(
  range: Range,
  [first, second]: readonly [number, number],
  take: (key: number, value: number) => void,
): void {
  forEachBlock(range, (bytes, length) => {
    let at = 0
    while (at < length) {
      let [key, value, number] = [0, 0, 0]
      for (let field = 0; ;) {
        const byte = at < length ? (bytes[at++] as number) : NEWLINE
        if (byte !== TAB && byte !== NEWLINE) {
          number = number * 10 + byte - ZERO
          continue
        }
        if (field === first) key = number
        else if (field === second) value = number
        number = 0
        field += 1
        if (byte === NEWLINE) break
      }
      take(key, value)
    }
  })
}
