import { InvalidArgumentError } from '../command-line.ts'

/** What one line of a file of properties says, as java.util.Properties reads it. */
export type Property = readonly [key: string, value: string]

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

/**
 * The properties of a file such as `spark-defaults.conf`: a key and its value a line, parted by white space, `=` or `:`. Lines
 * that begin with `#` or `!` are comments; a line that ends with `\` goes on in the next one; `\t`, `\n`, `\u0041` and the like
 * stand for characters. White space at the end of a value is dropped, as Spark does.
 *
 * @see java.util.Properties.load
 */
export function readProperties(text: string): readonly Property[] {
  const properties: Property[] = []
  let line = ''
  for (const part of text.split(/\r\n|\r|\n/)) {
    const begun = part.trimStart()
    if (line === '' && (begun === '' || begun.startsWith('#') || begun.startsWith('!'))) continue
    line += begun
    if (goesOn(line)) {
      line = line.slice(0, -1)
      continue
    }
    properties.push(propertyOf(line))
    line = ''
  }
  if (line !== '') properties.push(propertyOf(line))
  return properties
}

/** An even number of backslashes stands for themselves. */
function goesOn(line: string): boolean {
  const [slashes = ''] = /\\*$/.exec(line) ?? []
  return slashes.length % 2 === 1
}

function propertyOf(line: string): Property {
  const [, key = '', value = ''] = /^((?:\\.|[^\\\s=:])*)(?:\s*[=:]\s*|\s+)?(.*)$/s.exec(line) ?? []
  return [unescaped(key), unescaped(value).trimEnd()]
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(u[0-9a-f]{4}|.)/gis, (_, escape: string) =>
    escape.length > 1
      ? String.fromCharCode(Number.parseInt(escape.slice(1), 16))
      : (ESCAPES[escape] ?? escape),
  )
}

/** One more property of a flag that may be given several times. */
export function aProperty(text: string, before: readonly Property[]): readonly Property[] {
  const at = text.indexOf('=')
  if (at > 0) return [...before, [text.slice(0, at).trim(), text.slice(at + 1).trim()]]
  throw new InvalidArgumentError('It is key=value, such as spark.cores.max=4.')
}
