import {
  formAt,
  type BytesColumn,
  type Column,
  type ColumnBatch,
  type NumberColumn,
  type TextColumn,
} from './column-batch.ts'
import type { Expression } from './expression.ts'
import { fieldsOf, findBytes, isAt, type WantedField } from './fields.ts'
import { joinedTexts } from './joined-texts.ts'
import { parseNumbers } from './parse-number.ts'

/** What is true of each row: 1 or 0. */
export interface FlagColumn {
  readonly type: 'flags'
  readonly values: Uint8Array
}

type Value = Column | FlagColumn

/** The parts asked for of each text that is split, by {@link fieldKey}. */
export type WantedFields = ReadonlyMap<string, readonly WantedField[]>

/** Names what is split and where. */
export function fieldKey(of: Expression, separator: string): string {
  return `${JSON.stringify(of)} ${separator}`
}

/**
 * Expressions over one batch, a column at a time. `undefined` declines: the batch has rows for which bytes alone
 * do not show what JavaScript would answer, and is to go through the function itself.
 */
export class Evaluation {
  readonly #batch: ColumnBatch
  readonly #rows: number
  readonly #wanted: WantedFields
  readonly #fields = new Map<string, readonly (TextColumn | NumberColumn)[] | undefined>()

  constructor(batch: ColumnBatch, wanted: WantedFields) {
    this.#batch = batch
    this.#rows = batch.rows
    this.#wanted = wanted
  }

  /** A column of texts or numbers, or one value for all. */
  column(expression: Expression): Column | undefined {
    const value = this.#value(expression)
    return value === undefined || value.type === 'flags' ? undefined : value
  }

  /** Which rows a predicate keeps. */
  flags(expression: Expression): Uint8Array | undefined {
    const value = this.#value(expression)
    if (value === undefined) return undefined
    if (value.type === 'flags') return value.values
    const rows = this.#rows
    const flags = new Uint8Array(rows)
    if (value.type === 'constant') return value.value ? flags.fill(1) : flags
    // An object, whatever is in it.
    if (value.type === 'bytes') return flags.fill(1)
    if (value.type === 'text') {
      for (let i = 0; i < rows; i += 1) {
        flags[i] = (value.ends[i] as number) > (value.starts[i] as number) ? 1 : 0
      }
      return flags
    }
    for (let i = 0; i < rows; i += 1) flags[i] = value.values[i] ? 1 : 0
    return flags
  }

  #value(expression: Expression): Value | undefined {
    switch (expression.op) {
      case 'row': {
        const form = formAt(this.#batch.form, expression.path)
        return typeof form === 'number' ? this.#batch.columns[form] : this.#byte(expression.path)
      }
      case 'constant':
        return { type: 'constant', value: expression.value }
      case 'field':
        return this.#field(expression)
      case 'slice':
        return this.#slice(expression)
      case 'indexOf':
        return this.#indexOf(expression)
      case 'length':
        return this.#length(expression.of)
      case 'to-lower-case':
        return this.#lowered(expression.of)
      case 'to-number':
        return this.#toNumber(expression)
      case 'arithmetic':
        return this.#arithmetic(expression)
      case 'compare':
        return this.#compare(expression)
      case 'logical':
        return this.#logical(expression)
      case 'not': {
        const flags = this.flags(expression.of)
        return flags === undefined ? undefined : { type: 'flags', values: flags.map((f) => 1 - f) }
      }
      case 'test':
        return this.#test(expression)
    }
  }

  /** A byte of bytes by its index; declines where some have none there. */
  #byte(path: readonly number[]): NumberColumn | undefined {
    const form = formAt(this.#batch.form, path.slice(0, -1))
    const column = typeof form === 'number' ? this.#batch.columns[form] : undefined
    if (column?.type !== 'bytes') return undefined
    const index = path.at(-1) ?? 0
    const values = this.#batch.float64(this.#rows)
    for (let i = 0; i < this.#rows; i += 1) {
      const at = (column.starts[i] as number) + index
      if (at >= (column.ends[i] as number)) return undefined
      values[i] = column.bytes[at] as number
    }
    return { type: 'number', values }
  }

  /** ASCII or bytes: what places in JavaScript are places in. */
  #places(expression: Expression): TextColumn | BytesColumn | undefined {
    const value = this.#value(expression)
    if (value?.type === 'bytes') return value
    return value?.type === 'text' && value.isAscii ? value : undefined
  }

  #text(expression: Expression): TextColumn | undefined {
    const value = this.#value(expression)
    return value?.type === 'text' ? value : undefined
  }

  #numbers(expression: Expression): NumberColumn | undefined {
    return this.#asNumbers(this.#value(expression))
  }

  #asNumbers(value: Value | undefined): NumberColumn | undefined {
    if (value?.type === 'number') return value
    if (value?.type !== 'constant' || typeof value.value !== 'number') return undefined
    return { type: 'number', values: this.#batch.float64(this.#rows).fill(value.value) }
  }

  /** A part of a text: as a number where nothing else is asked of it. */
  #field({
    of,
    separator,
    index,
  }: Extract<Expression, { op: 'field' }>): TextColumn | NumberColumn | undefined {
    const key = fieldKey(of, separator)
    const wanted = this.#wanted.get(key) ?? []
    if (!this.#fields.has(key)) {
      const text = this.#text(of)
      const bytes = Buffer.from(separator, 'utf8')
      const made = text === undefined ? undefined : fieldsOf(text, this.#batch, bytes, wanted)
      this.#fields.set(key, made)
    }
    return this.#fields.get(key)?.[wanted.findIndex((each) => each.index === index)]
  }

  #slice(expression: Extract<Expression, { op: 'slice' }>): TextColumn | BytesColumn | undefined {
    const text = this.#places(expression.of)
    const { method } = expression
    if (method !== 'slice' && method !== (text?.type === 'bytes' ? 'subarray' : 'substring')) {
      return undefined
    }
    const from = this.#numbers(expression.from)?.values
    const to = expression.to === undefined ? undefined : this.#numbers(expression.to)?.values
    if (text === undefined || from === undefined) return undefined
    if (expression.to !== undefined && to === undefined) return undefined
    const starts = this.#batch.int32(this.#rows)
    const ends = this.#batch.int32(this.#rows)
    for (let i = 0; i < this.#rows; i += 1) {
      const start = text.starts[i] as number
      const end = text.ends[i] as number
      const low = from[i] as number
      const high = to === undefined ? end - start : (to[i] as number)
      if (low < 0 || high < low) return undefined
      starts[i] = Math.min(start + low, end)
      ends[i] = Math.min(start + high, end)
    }
    const { bytes } = text
    if (text.type === 'bytes') return { type: 'bytes', bytes, starts, ends }
    return { type: 'text', bytes, starts, ends, isAscii: true }
  }

  #indexOf({ of, needle }: Extract<Expression, { op: 'indexOf' }>): NumberColumn | undefined {
    const text = this.#text(of)
    if (text?.isAscii !== true) return undefined
    const bytes = Buffer.from(needle, 'utf8')
    const values = this.#batch.float64(this.#rows)
    for (let i = 0; i < this.#rows; i += 1) {
      const start = text.starts[i] as number
      const at = findBytes(text.bytes, start, text.ends[i] as number, bytes)
      values[i] = at < 0 ? -1 : at - start
    }
    return { type: 'number', values }
  }

  #length(of: Expression): NumberColumn | undefined {
    const text = this.#places(of)
    if (text === undefined) return undefined
    const values = this.#batch.float64(this.#rows)
    for (let i = 0; i < this.#rows; i += 1) {
      values[i] = (text.ends[i] as number) - (text.starts[i] as number)
    }
    return { type: 'number', values }
  }

  #lowered(of: Expression): TextColumn | undefined {
    const text = this.#text(of)
    if (text?.isAscii !== true) return undefined
    const { bytes, starts, ends } = text
    const low = new Uint8Array(bytes.length)
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes[i] as number
      low[i] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    }
    return { type: 'text', bytes: low, starts, ends, isAscii: true }
  }

  #toNumber({ of, how }: Extract<Expression, { op: 'to-number' }>): NumberColumn | undefined {
    const value = this.#value(of)
    if (value?.type === 'text') {
      return { type: 'number', values: parseNumbers(value, this.#batch, how) }
    }
    // A part that was read as a number was read so as is asked here.
    const isNumber = how === 'Number' || of.op === 'field'
    return isNumber && value?.type === 'number' ? value : undefined
  }

  #arithmetic({
    operator,
    left,
    right,
  }: Extract<Expression, { op: 'arithmetic' }>): NumberColumn | TextColumn | undefined {
    const [one, other] = [this.#value(left), this.#value(right)]
    if (operator === '+' && one?.type === 'text' && other?.type === 'text') {
      return joinedTexts(one, other, this.#batch)
    }
    const a = this.#asNumbers(one)?.values
    const b = this.#asNumbers(other)?.values
    if (a === undefined || b === undefined) return undefined
    const values = this.#batch.float64(this.#rows)
    for (let i = 0; i < this.#rows; i += 1) {
      const x = a[i] as number
      const y = b[i] as number
      switch (operator) {
        case '+':
          values[i] = x + y
          break
        case '-':
          values[i] = x - y
          break
        case '*':
          values[i] = x * y
          break
        case '/':
          values[i] = x / y
          break
        case '%':
          values[i] = x % y
          break
      }
    }
    return { type: 'number', values }
  }

  #compare(expression: Extract<Expression, { op: 'compare' }>): FlagColumn | undefined {
    const { operator, left, right } = expression
    const a = this.#numbers(left)?.values
    const b = this.#numbers(right)?.values
    if (a === undefined || b === undefined) return this.#compareText(expression)
    const values = new Uint8Array(this.#rows)
    for (let i = 0; i < this.#rows; i += 1) {
      values[i] = holds(operator, a[i] as number, b[i] as number) ? 1 : 0
    }
    return { type: 'flags', values }
  }

  /** Only whether a text equals a constant one. */
  #compareText({
    operator,
    left,
    right,
  }: Extract<Expression, { op: 'compare' }>): FlagColumn | undefined {
    if (operator !== '===' && operator !== '!==') return undefined
    const text = this.#text(left) ?? this.#text(right)
    const constant = left.op === 'constant' ? left : right
    if (text === undefined || constant.op !== 'constant') return undefined
    if (typeof constant.value !== 'string') return undefined
    const needle = Buffer.from(constant.value, 'utf8')
    // Half a surrogate pair has no bytes of its own.
    if (needle.toString('utf8') !== constant.value) return undefined
    const wanted = operator === '===' ? 1 : 0
    return this.#flag(
      text,
      (start, end) => end - start === needle.length && isAt(text.bytes, start, end, needle),
      wanted,
    )
  }

  #test({ method, of, needle }: Extract<Expression, { op: 'test' }>): FlagColumn | undefined {
    const text = this.#text(of)
    if (text === undefined) return undefined
    const bytes = Buffer.from(needle, 'utf8')
    if (bytes.toString('utf8') !== needle) return undefined
    const all = text.bytes
    switch (method) {
      case 'includes':
        return this.#flag(text, (start, end) => findBytes(all, start, end, bytes) >= 0, 1)
      case 'startsWith':
        return this.#flag(text, (start, end) => isAt(all, start, end, bytes), 1)
      case 'endsWith':
        return this.#flag(
          text,
          (start, end) => end - start >= bytes.length && isAt(all, end - bytes.length, end, bytes),
          1,
        )
    }
  }

  #flag(
    text: TextColumn,
    test: (start: number, end: number) => boolean,
    wanted: number,
  ): FlagColumn {
    const values = new Uint8Array(this.#rows)
    for (let i = 0; i < this.#rows; i += 1) {
      const answer = test(text.starts[i] as number, text.ends[i] as number) ? 1 : 0
      values[i] = answer === wanted ? 1 : 0
    }
    return { type: 'flags', values }
  }

  /** Where both sides are true or false; of other values `&&` and `||` give one of the two. */
  #logical({
    operator,
    left,
    right,
  }: Extract<Expression, { op: 'logical' }>): FlagColumn | undefined {
    const a = this.#value(left)
    const b = this.#value(right)
    if (a?.type !== 'flags' || b?.type !== 'flags') return undefined
    const values = new Uint8Array(this.#rows)
    for (let i = 0; i < this.#rows; i += 1) {
      const x = a.values[i] as number
      const y = b.values[i] as number
      values[i] = operator === '&&' ? x & y : x | y
    }
    return { type: 'flags', values }
  }
}

function holds(operator: string, x: number, y: number): boolean {
  switch (operator) {
    case '<':
      return x < y
    case '<=':
      return x <= y
    case '>':
      return x > y
    case '>=':
      return x >= y
    case '===':
      return x === y
    default:
      return x !== y
  }
}
