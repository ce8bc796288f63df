import { SparkError } from '../errors.ts'
import type { ReadText } from './statement.ts'

/** What was typed is no TypeScript. */
export function syntaxError(
  { message, line, column }: Extract<ReadText, { readonly type: 'invalid' }>,
  source: { readonly name: string; readonly line: number; readonly text: string },
): SparkError {
  const place = `${source.name}:${source.line + line}:${column}`
  const text = source.text.split('\n')[line - 1] ?? ''
  return new SparkError(
    'TROUPE_SPARK_SHELL_SYNTAX',
    `That is no TypeScript: ${message}\n  ${text}\n  ${' '.repeat(Math.max(0, column - 1))}^ ${place}`,
    { data: { place } },
  )
}

/** A module that a shell can't import, and why. */
export function invalidImport(specifier: string, why: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_SHELL_IMPORT',
    `${JSON.stringify(specifier)} can't be imported: ${why}. Paths are relative to the folder that the shell was started in`,
    { data: { specifier } },
  )
}

/** A text that ends too early; `text` is what has begun. */
export function unfinished(what: string, text?: string): SparkError {
  const rest = text === undefined ? '' : `:\n${text}`
  return new SparkError('TROUPE_SPARK_SHELL_SYNTAX', `${what} ends within a statement${rest}`)
}

export function unknownCommand(name: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_SHELL_SYNTAX',
    `There is no command :${name}; .help names those there are`,
    { data: { name } },
  )
}
