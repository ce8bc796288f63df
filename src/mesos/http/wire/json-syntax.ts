/** What JSON text says, or what is wrong with it. */
export type JsonText =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string }

/**
 * Parses JSON. Where it is wrong is told as Mesos tells it: `syntax error at line 1 near: garbage`, the rest of the line
 * from the first character that can't be right.
 */
export function parseJson(text: string): JsonText {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { ok: false, problem: problemIn(text) }
  }
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
    const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(
      this.#text.slice(this.at, this.at + 400),
    )
    if (number === null) return false
    this.at += number[0].length
    return true
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
      if (!'bfnrtu/"\\'.includes(this.#text[at] ?? '')) {
        this.at = at + 1
        return false
      }
    }
    this.at = this.#text.length
    return false
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.at] ?? '')) this.at += 1
  }
}
