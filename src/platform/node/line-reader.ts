import { createInterface, type Interface } from 'node:readline'

import type { LineReader, LineReaderOptions } from '../line-reader.ts'

const HISTORY_LINES = 1000

/** Reads standard input: by Node's line editor on a terminal, as it comes from elsewhere. */
export function nodeLineReader(options: LineReaderOptions): LineReader {
  return new NodeLineReader(options)
}

class NodeLineReader implements LineReader {
  readonly isTerminal: boolean = process.stdin.isTTY && process.stdout.isTTY
  readonly #interface: Interface
  readonly #lines: string[] = []
  #waiting: ((line: string | undefined) => void) | undefined
  #isClosed = false

  constructor({ history, onHistory, complete, onInterrupt }: LineReaderOptions) {
    const { isTerminal } = this
    this.#interface = createInterface({
      input: process.stdin,
      terminal: isTerminal,
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
      ...(isTerminal && {
        output: process.stdout,
        history: [...history],
        completer: (line: string) => {
          const [words, part] = complete(line)
          return [[...words], part]
        },
      }),
    })
    this.#interface.on('line', (line) => {
      const waiting = this.#waiting
      this.#waiting = undefined
      if (waiting === undefined) this.#lines.push(line)
      else waiting(line)
    })
    this.#interface.on('history', (lines) => {
      onHistory(lines)
    })
    this.#interface.on('SIGINT', () => {
      onInterrupt(this.#interface.line)
    })
    this.#interface.on('close', () => {
      this.#isClosed = true
      this.#waiting?.(undefined)
      this.#waiting = undefined
    })
  }

  next(prompt: string): Promise<string | undefined> {
    if (this.isTerminal && !this.#isClosed) {
      this.#interface.setPrompt(prompt)
      this.#interface.prompt(true)
    }
    const line = this.#lines.shift()
    if (line !== undefined || this.#isClosed) return Promise.resolve(line)
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }

  peek(): string | undefined {
    return this.#lines[0]
  }

  discard(): void {
    this.#lines.length = 0
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.('')
    if (!this.isTerminal) return
    // To the end of the line, then away with it: Ctrl-E, Ctrl-U.
    this.#interface.write(null, { ctrl: true, name: 'e' })
    this.#interface.write(null, { ctrl: true, name: 'u' })
  }

  withSignals<T>(run: () => T): T {
    if (!this.isTerminal) return run()
    process.stdin.setRawMode(false)
    try {
      return run()
    } finally {
      process.stdin.setRawMode(true)
    }
  }

  close(): void {
    this.#interface.close()
  }
}
