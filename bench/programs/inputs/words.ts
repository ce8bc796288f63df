import { randomBits } from './random.ts'
import { RecordWriter } from './record-writer.ts'

const VOCABULARY = 200_000
const WORDS_A_LINE = 12
const [SPACE, NEWLINE] = [32, 10]
/** Places from which a word is looked for by its share of all. */
const GUIDES = 1 << 18

/** Lines of twelve words; the n-th most frequent word comes about 1 / n as often as the first (Zipf). */
export function writeWords(path: string, bytes: number): void {
  const bits = randomBits(1)
  const words = vocabulary(bits)
  const shares = new Float64Array(VOCABULARY)
  let all = 0
  for (let i = 0; i < VOCABULARY; i += 1) shares[i] = all += 1 / (i + 2.7)
  const guide = new Int32Array(GUIDES + 1)
  for (let place = 0, word = 0; place <= GUIDES; place += 1) {
    while (word < VOCABULARY - 1 && (shares[word] ?? 0) < (place / GUIDES) * all) word += 1
    guide[place] = word
  }
  const writer = new RecordWriter(path)
  for (let count = 1; writer.written < bytes; count += 1) {
    const share = bits() / 2 ** 32
    let word = guide[Math.floor(share * GUIDES)] ?? 0
    while ((shares[word] ?? 0) < share * all) word += 1
    writer.room(64)
    writer.bytes(words[word] ?? new Uint8Array())
    const isLast = writer.written + 1 >= bytes
    writer.byte(isLast || count % WORDS_A_LINE === 0 ? NEWLINE : SPACE)
  }
  writer.close()
}

/** Words of 2 to 9 letters, no two the same: the number of the word in letters, a `q`, and an ending. */
function vocabulary(bits: () => number): Uint8Array[] {
  const endings = 'aeioustrnlm'
  return Array.from({ length: VOCABULARY }, (_, number) => {
    let word = ''
    let rest = number
    do {
      word += String.fromCharCode(97 + (rest % 26))
      rest = Math.floor(rest / 26)
    } while (rest > 0)
    word += 'q'
    for (let left = bits() % 5; left > 0; left -= 1) word += endings[bits() % endings.length]
    return Buffer.from(word)
  })
}
