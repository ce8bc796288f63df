/** Where names come from. */
export interface NameSource {
  names(): readonly string[]
  has(name: string): boolean
  value(name: string): unknown
}

/** An object of which a call is likely to give another of its kind: `rdd.map(…)`. */
export type ChainOf = (root: unknown) => object | undefined

const WORDS = [
  ...'async await break case catch class const continue debugger default delete do else export extends false finally for'.split(
    ' ',
  ),
  ...'function if import in instanceof let new null return static super switch this throw true try typeof undefined var'.split(
    ' ',
  ),
  ...'void while yield enum interface type'.split(' '),
]

/**
 * What the end of a line may go on as: members of the object before the last dot, names of the session, globals and words of the language. Nothing
 * is called, nor any getter; what a call gives is guessed by `chainOf` from the object that its chain begins with.
 */
export function complete(
  line: string,
  session: NameSource,
  chainOf: ChainOf,
): readonly [words: readonly string[], part: string] {
  const match = /(?:([\w$.\])}'"`]|[)\]]\s*\n?\s*)\s*\??\.\s*)?([\w$]*)$/.exec(line)
  const part = match?.[2] ?? ''
  const before = line.slice(0, line.length - part.length)
  const dot = /\??\.\s*$/.exec(before)
  if (dot === null) {
    const words = [...session.names(), ...Object.getOwnPropertyNames(globalThis), ...WORDS]
    return [starting(words, part), part]
  }
  const target = objectBefore(before.slice(0, dot.index), session, chainOf)
  return target === undefined ? [[], part] : [starting(membersOf(target), part), part]
}

function starting(words: Iterable<string>, part: string): readonly string[] {
  return [...new Set(words)].filter((word) => word.startsWith(part)).sort()
}

/** The object that an expression at the end of `text` stands for, as far as that is known without running it. */
function objectBefore(text: string, session: NameSource, chainOf: ChainOf): unknown {
  const trimmed = text.trimEnd()
  if (trimmed.endsWith(')')) {
    const root = rootOfChain(trimmed)
    return root === undefined ? undefined : chainOf(valueOf(root, session))
  }
  if (/['"`]$/.test(trimmed)) return ''
  if (trimmed.endsWith(']') && !/[\w$\])]\s*\[[^[\]]*\]$/.test(trimmed)) return []
  const path = /[\w$]+(?:\s*\??\.\s*[\w$]+)*$/.exec(trimmed)?.[0]
  return path === undefined ? undefined : valueOf(path, session)
}

/** The name that a chain of calls such as `sc.range(3).map((x) => x)` begins with. */
function rootOfChain(text: string): string | undefined {
  let depth = 0
  for (let at = text.length - 1; at >= 0; at--) {
    const character = text[at] ?? ''
    if (')]}'.includes(character)) depth += 1
    else if ('([{'.includes(character)) {
      depth -= 1
      if (depth < 0) return rootOf(text.slice(at + 1))
    } else if (depth === 0 && /[=;,&|?+\n]/.test(character)) {
      const rest = text.slice(at + 1)
      // A chain may go on in its next line.
      if (character !== '\n' || !/^\s*\./.test(rest)) return rootOf(rest)
    }
  }
  return rootOf(text)
}

function rootOf(text: string): string | undefined {
  return /^\s*(?:await\s+)?([\w$]+)\s*\??\./.exec(text)?.[1]
}

function valueOf(path: string, session: NameSource): unknown {
  const [first = '', ...rest] = path.split('.').map((part) => part.replace('?', '').trim())
  let value: unknown = session.has(first) ? session.value(first) : ownValue(globalThis, first)
  for (const name of rest)
    value = value === undefined || value === null ? undefined : ownValue(value, name)
  return value
}

/** The value of a data property, inherited ones too. */
function ownValue(value: unknown, name: string): unknown {
  for (let at: unknown = Object(value); at !== null; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name)
    if (descriptor !== undefined) return descriptor.value
  }
  return undefined
}

/** Names that can stand behind a dot, those of every object last of all asked for. */
function membersOf(value: unknown): readonly string[] {
  if (value === null || value === undefined) return []
  const names = new Set<string>()
  for (let at: unknown = Object(value); at !== null; at = Object.getPrototypeOf(at)) {
    if (at === Object.prototype && names.size > 0) break
    for (const name of Object.getOwnPropertyNames(at)) {
      if (/^[A-Za-z$][\w$]*$/.test(name) && name !== 'constructor') names.add(name)
    }
  }
  return [...names]
}
