export interface LineReaderOptions {
  /** Lines of before, the latest first. */
  readonly history: readonly string[]
  /** Called with the history whenever a line was added. */
  readonly onHistory: (history: readonly string[]) => void
  /** What the end of `line` may go on as: whole words, and the part of the line that they would take the place of. */
  readonly complete: (line: string) => readonly [words: readonly string[], part: string]
  /** Ctrl-C on the terminal, with what was typed since the last line. */
  readonly onInterrupt: (typed: string) => void
}

/** Lines that somebody types at a terminal, or that come from a pipe or a file: standard input. */
export interface LineReader {
  /** Whether somebody types, and can be asked. */
  readonly isTerminal: boolean
  /** The next line, without its end; undefined at the end of the input. On a terminal it is asked for by `prompt`. */
  next(prompt: string): Promise<string | undefined>
  /** The line after the last, if it has come already, as with pasted text. */
  peek(): string | undefined
  /** Forgets what is typed in the line under way, and what was pasted behind it: who waits for the line gets an empty one. */
  discard(): void
  /** Calls `run`, during which Ctrl-C is a signal (SIGINT). */
  withSignals<T>(run: () => T): T
  /** The end of the input. */
  close(): void
}
