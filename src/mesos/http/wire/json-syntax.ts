/** What JSON text says, or what is wrong with it. */
export type JsonText =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string }

/**
 * Parses JSON. Where it is wrong is told as Mesos tells it: `syntax error at line 1 near: garbage`, the rest of the line
 * from the first character that can't be right.
 */
export function parseJson(text: string): JsonText {
  try {
    const value = JSON.parse(text) as unknown
    // What JavaScript takes and Mesos does not: halves of surrogate pairs, numbers beyond all bounds.
    if (SURROGATE.test(text) && !new Scanner(text).value()) {
      return { ok: false, problem: problemIn(text) }
    }
    if (LARGE_NUMBER.test(text) && !isBounded(value)) {
      return { ok: false, problem: 'Value out of range' }
    }
    return { ok: true, value }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const plain = withPlainNumbers(text)
    if (plain !== undefined) return parseJson(plain)
    return { ok: false, problem: problemIn(text) }
  }
}

/** The text with `01` and `1.` as numbers that JavaScript takes, too, if nothing else is wrong with it. */
function withPlainNumbers(text: string): string | undefined {
  const scanner = new Scanner(text)
  if (!scanner.value() || text.slice(scanner.at).trim() !== '') return undefined
  let plain = ''
  let at = 0
  for (const [start, end] of scanner.oddNumbers) {
    const number = Number(text.slice(start, end))
    plain += text.slice(at, start) + (Number.isFinite(number) ? String(number) : BEYOND_ALL)
    at = end
  }
  return at === 0 ? undefined : plain + text.slice(at)
}

const SURROGATE = /\\u[dD][89a-fA-F]/
const LARGE_NUMBER = /\d[eE]\+?\d{3}|\d{309}/

/** A number as text that is larger than any. */
const BEYOND_ALL = '1e999'

/** By no recursion: text may be nested as deeply as it is long. */
function isBounded(value: unknown): boolean {
  const rest: unknown[] = [value]
  while (rest.length > 0) {
    const one = rest.pop()
    if (typeof one === 'number' && !Number.isFinite(one)) return false
    if (typeof one !== 'object' || one === null) continue
    for (const part of Object.values(one)) rest.push(part)
  }
  return true
}

function problemIn(text: string): string {
  const scanner = new Scanner(text)
  if (!scanner.value()) {
    const before = text.slice(0, scanner.at)
    const line = before.split('\n').length
    const [rest = ''] = text.slice(scanner.at).split('\n')
    const visible = [...rest].filter((char) => char >= ' ').join('')
    return `syntax error at line ${line} near: ${visible}`
  }
  const trailing = text.slice(scanner.at)
  return `Parsed JSON included non-whitespace trailing characters: ${trailing}`
}

const MAX_DEPTH = 1000

/** Walks over text that JSON.parse has refused, to find the place where it goes wrong. */
class Scanner {
  at = 0
  /** Where numbers stand that only Mesos takes for such. */
  readonly oddNumbers: (readonly [start: number, end: number])[] = []
  #depth = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** Steps over a value; false with `at` where none can be. */
  value(): boolean {
    this.#space()
    const char = this.#text[this.at]
    if (char === '"') return this.#string()
    if (char === '{') return this.#list('}', () => this.#member())
    if (char === '[') return this.#list(']', () => this.value())
    for (const word of ['true', 'false', 'null']) if (char === word[0]) return this.#word(word)
    const part = this.#text.slice(this.at, this.at + 400)
    const [number = ''] = /^[-\d][-+.\deE]*/.exec(part) ?? []
    if (/^-?0\d|\.(?!\d)/.test(number)) this.oddNumbers.push([this.at, this.at + number.length])
    this.at += number.length
    return /^-?\d+\.?\d*(?:[eE][-+]?\d+)?$/.test(number)
  }

  /** Stops at the first letter that is another. */
  #word(word: string): boolean {
    for (const letter of word) {
      if (this.#text[this.at] !== letter) return false
      this.at += 1
    }
    return true
  }

  #member(): boolean {
    this.#space()
    if (this.#text[this.at] !== '"' || !this.#string()) return false
    this.#space()
    if (this.#text[this.at] !== ':') return false
    this.at += 1
    return this.value()
  }

  #list(end: string, item: () => boolean): boolean {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) return false
    this.at += 1
    this.#space()
    if (this.#text[this.at] === end) {
      this.at += 1
      this.#depth -= 1
      return true
    }
    for (;;) {
      if (!item()) return false
      this.#space()
      const char = this.#text[this.at]
      if (char !== ',' && char !== end) return false
      this.at += 1
      if (char === end) break
    }
    this.#depth -= 1
    return true
  }

  #string(): boolean {
    for (let at = this.at + 1; at < this.#text.length; at += 1) {
      const char = this.#text[at] ?? ''
      if (char === '"') {
        this.at = at + 1
        return true
      }
      if (char < ' ') {
        this.at = at
        return false
      }
      if (char !== '\\') continue
      at += 1
      const escaped = this.#text[at] ?? ''
      if (escaped === 'u') {
        const end = this.#unicode(at + 1)
        if (typeof end === 'object') {
          this.at = end.wrongAt
          return false
        }
        at = end - 1
      } else if (!'bfnrt/"\\'.includes(escaped)) {
        this.at = at + 1
        return false
      }
    }
    this.at = this.#text.length
    return false
  }

  /** Where a character's four digits, or those of a pair, end; or the place after what can't be one of them. */
  #unicode(from: number): number | { readonly wrongAt: number } {
    const read = (at: number): number | { readonly wrongAt: number } => {
      for (let i = at; i < at + 4; i += 1) {
        if (!/^[0-9a-fA-F]$/.test(this.#text[i] ?? '')) return { wrongAt: i }
      }
      return Number.parseInt(this.#text.slice(at, at + 4), 16)
    }
    const first = read(from)
    if (typeof first === 'object') return first
    const end = from + 4
    if (first < 0xd800 || first > 0xdfff) return end
    if (first >= 0xdc00) return { wrongAt: end }
    if (this.#text[end] !== '\\') return { wrongAt: end }
    if (this.#text[end + 1] !== 'u') return { wrongAt: end + 1 }
    const second = read(end + 2)
    if (typeof second === 'object') return second
    return second >= 0xdc00 && second <= 0xdfff ? end + 6 : { wrongAt: end + 6 }
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.at] ?? '')) this.at += 1
  }
}
