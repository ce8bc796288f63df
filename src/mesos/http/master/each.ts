/**
 * A list of JSON whose items are made one by one while it is written, so that a long one can be written in slices. Written
 * at once, by `JSON.stringify`, it is an array like any other.
 */
export class Each<T> {
  readonly #items: readonly T[]
  readonly #of: (item: T) => unknown

  constructor(items: readonly T[], of: (item: T) => unknown) {
    this.#items = items
    this.#of = of
  }

  toJSON(): readonly unknown[] {
    return this.#items.map((item) => this.#of(item))
  }

  *pieces(): Generator<string> {
    let before = '['
    for (const item of this.#items) {
      yield before
      yield* piecesOf(this.#of(item))
      before = ','
    }
    yield before === '[' ? '[]' : ']'
  }
}

/** The text of `value`, bit by bit: what stands between two bits is short, but for lists that are no {@link Each}. */
export function* piecesOf(value: unknown): Generator<string> {
  if (value instanceof Each) {
    yield* value.pieces()
    return
  }
  if (!hasEach(value)) {
    yield JSON.stringify(value)
    return
  }
  let before = '{'
  for (const [name, one] of Object.entries(value)) {
    if (one === undefined) continue
    yield `${before}${JSON.stringify(name)}:`
    yield* piecesOf(one)
    before = ','
  }
  yield '}'
}

function hasEach(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((one) => one instanceof Each)
  )
}
