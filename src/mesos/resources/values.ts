import type { Range } from '../protocol/index.ts'

const SCALAR = /^\d+(\.\d+)?$/
const RANGE = /^(\d+)\s*-\s*(\d+)$/

/** Makes the error that a text can't be read, from the reason. */
export type Refuse = (why: string) => Error

/** Whether `value` is a scalar in the text of a flag. */
export function isScalar(value: string): boolean {
  return SCALAR.test(value)
}

/** Ranges such as `[31000-32000, 33000-33005]`. @throws what `refuse` makes */
export function parseRanges(value: string, refuse: Refuse): readonly Range[] {
  return listed(value, ']', refuse).map((part) => {
    const match = RANGE.exec(part)
    if (match === null) throw refuse(`'${part}' is not a range such as 31000-32000`)
    const range = { begin: Number(match[1]), end: Number(match[2]) }
    if (range.end < range.begin) throw refuse(`the range '${part}' runs backwards`)
    return range
  })
}

/** What stands between an opening bracket and `closing`, parted by commas. @throws what `refuse` makes */
export function listed(value: string, closing: string, refuse: Refuse): readonly string[] {
  if (!value.endsWith(closing)) throw refuse(`'${closing}' is missing at the end`)
  const parts = value
    .slice(1, -1)
    .split(',')
    .map((part) => part.trim())
  if (parts.length === 1 && parts[0] === '') return []
  if (parts.includes('')) throw refuse('an element of the list is empty')
  return parts
}
