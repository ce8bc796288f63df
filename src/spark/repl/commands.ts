/** A command to the shell itself: `.help`, or `:help` as in Scala's. */
export type ShellCommand =
  | { readonly type: 'help' | 'exit' | 'history' }
  | { readonly type: 'load'; readonly path: string }
  | { readonly type: 'unknown'; readonly name: string }

/** The command that a line is; undefined for a line of the program, of which some begin with a dot, too. */
export function shellCommand(line: string): ShellCommand | undefined {
  const [, mark, name = '', rest = ''] = /^\s*([.:])([a-z?]+)(?:\s+(.*?))?\s*$/i.exec(line) ?? []
  if (mark === undefined) return undefined
  switch (name.toLowerCase()) {
    case 'help':
    case 'h':
    case '?':
      return { type: 'help' }
    case 'exit':
    case 'quit':
    case 'q':
      return { type: 'exit' }
    case 'history':
      return { type: 'history' }
    case 'load':
      return { type: 'load', path: rest }
    default:
      // `.length` goes on from the last value.
      return mark === ':' ? { type: 'unknown', name } : undefined
  }
}

export const HELP = `What is typed is TypeScript; await stands at the top, too, and a promise is awaited before it is shown.
  sc                 the SparkContext; StorageLevel, HashPartitioner and the like of 'troupe/spark' are there
  _                  the last value; a line that begins with a dot goes on from it: .take(5)
  import { f } from './lib.ts'    from the folder the shell was started in
  .load <file>       runs a file here
  .history           the lines of this shell and earlier ones
  .help, .exit       :help, :quit
  Tab completes. Ctrl-C ends running jobs, a second one the shell; Ctrl-D ends it, too.
`
