import { invalidArgument } from '../../errors.ts'

const ACCEPTED =
  'a path with *, ?, [a-z], [^a-z] and {one,other} where several are meant, and \\ before these characters where they are not'

/** Whether some character of a pattern stands for more than itself. */
export function isGlob(pattern: string): boolean {
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] as string
    if (character === '\\') at += 1
    else if ('*?[{'.includes(character)) return true
  }
  return false
}

/**
 * The items of a list with commas between them; those within braces, and those behind a backslash, part nothing.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID for a list with an empty item
 */
export function splitPathList(where: string, list: string): string[] {
  const items = splitOutsideBraces(list)
  if (items.includes('')) {
    throw invalidArgument(where, list, 'paths with one comma between them, none of them empty')
  }
  return items
}

/**
 * What a pattern stands for once all `{one,other}` are chosen, in order.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID for a brace that is not closed
 */
export function expandBraces(pattern: string): string[] {
  const open = findBrace(pattern)
  if (open === undefined) return [pattern]
  const close = closingBrace(pattern, open)
  if (close === undefined) throw malformed(pattern)
  const before = pattern.slice(0, open)
  const rest = expandBraces(pattern.slice(close + 1))
  return splitOutsideBraces(pattern.slice(open + 1, close))
    .flatMap((choice) => expandBraces(choice))
    .flatMap((choice) => rest.map((after) => before + choice + after))
}

/**
 * One name of a path: the text that it is, without backslashes, or what matches it.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 * @see org.apache.hadoop.fs.GlobPattern
 */
export function nameMatcher(name: string): string | RegExp {
  let literal = ''
  let source = ''
  let isLiteral = true
  for (let at = 0; at < name.length;) {
    const character = String.fromCodePoint(name.codePointAt(at) as number)
    if (character === '*' || character === '?') {
      isLiteral = false
      source += character === '*' ? '.*' : '.'
      at += 1
    } else if (character === '[') {
      isLiteral = false
      const [set, end] = characterSet(name, at)
      source += set
      at = end
    } else {
      const plain = character === '\\' ? escaped(name, at) : character
      literal += plain
      source += codePoint(plain)
      at += character === '\\' ? 1 + plain.length : plain.length
    }
  }
  if (isLiteral) return literal
  try {
    return new RegExp(`^${source}$`, 'su')
  } catch (cause) {
    throw malformed(name, cause) // a range from a later character to an earlier one
  }
}

function splitOutsideBraces(list: string): string[] {
  const items: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < list.length; at += 1) {
    const character = list[at]
    if (character === '\\') at += 1
    else if (character === '{') depth += 1
    else if (character === '}') depth = Math.max(0, depth - 1)
    else if (character === ',' && depth === 0) {
      items.push(list.slice(from, at))
      from = at + 1
    }
  }
  items.push(list.slice(from))
  return items
}

function findBrace(pattern: string): number | undefined {
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1
    else if (pattern[at] === '{') return at
  }
  return undefined
}

function closingBrace(pattern: string, open: number): number | undefined {
  let depth = 0
  for (let at = open; at < pattern.length; at += 1) {
    const character = pattern[at]
    if (character === '\\') at += 1
    else if (character === '{') depth += 1
    else if (character === '}') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return undefined
}

/** The set that begins at `open` as a regular expression, and where it ends. */
function characterSet(name: string, open: number): readonly [string, number] {
  let at = open + 1
  const isNegated = name[at] === '^' || name[at] === '!'
  if (isNegated) at += 1
  let set = ''
  for (let isFirst = true; at < name.length; isFirst = false) {
    const character = String.fromCodePoint(name.codePointAt(at) as number)
    if (character === ']' && !isFirst) return [`[${isNegated ? '^' : ''}${set}]`, at + 1]
    const isRange = character === '-' && !isFirst && at + 1 < name.length && name[at + 1] !== ']'
    const plain = character === '\\' ? escaped(name, at) : character
    set += isRange ? '-' : codePoint(plain)
    at += character === '\\' ? 1 + plain.length : plain.length
  }
  throw malformed(name)
}

function escaped(name: string, backslash: number): string {
  const code = name.codePointAt(backslash + 1)
  if (code === undefined) throw malformed(name)
  return String.fromCodePoint(code)
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`
}

function malformed(pattern: string, cause?: unknown): Error {
  const error = invalidArgument('an input path', pattern, ACCEPTED)
  if (cause !== undefined) error.cause = cause
  return error
}
