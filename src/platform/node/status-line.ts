import type { StatusLine } from '../status-line.ts'

type Write = NodeJS.WriteStream['write']

/**
 * The status line of the terminal on standard error. What is written to standard output or error, if they are terminals, is
 * looked at on its way until the line is closed.
 */
export function nodeStatusLine(): StatusLine {
  const line = new TerminalLine(process.stderr)
  const streams = [process.stdout, process.stderr].filter(({ isTTY }) => isTTY)
  const undo = streams.map((stream) => watchWrites(stream, line.othersWrite))
  return {
    get columns() {
      return process.stderr.columns > 0 ? process.stderr.columns : 80
    },
    get isShown() {
      return line.isShown
    },
    show: line.show,
    clear: line.clear,
    close() {
      line.clear()
      for (const restore of undo) restore()
    },
  }
}

class TerminalLine {
  readonly #stream: NodeJS.WriteStream
  #shown = 0
  #isOwn = false
  /** Whether others have begun a line that has no end yet. */
  #isBegun = false

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  get isShown(): boolean {
    return this.#shown > 0
  }

  readonly show = (text: string): boolean => {
    if (this.#isBegun) return false
    this.#write(`\r${text.padEnd(this.#shown)}\r`)
    this.#shown = text.length
    return true
  }

  readonly clear = (): void => {
    if (this.#shown > 0) this.#write(`\r${' '.repeat(this.#shown)}\r`)
    this.#shown = 0
  }

  readonly othersWrite = (chunk: unknown): void => {
    if (this.#isOwn) return
    this.clear()
    if (typeof chunk === 'string' && chunk !== '') this.#isBegun = !chunk.endsWith('\n')
    else if (chunk instanceof Uint8Array && chunk.length > 0) this.#isBegun = chunk.at(-1) !== 10
  }

  #write(text: string): void {
    this.#isOwn = true
    try {
      this.#stream.write(text)
    } finally {
      this.#isOwn = false
    }
  }
}

/** Tells of every write before it happens; returns the way to stop that. */
function watchWrites(stream: NodeJS.WriteStream, tell: (chunk: unknown) => void): () => void {
  const before = Object.getOwnPropertyDescriptor(stream, 'write')
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called on its stream below
  const write: Write = stream.write
  const watched = function (this: NodeJS.WriteStream, ...args: Parameters<Write>): boolean {
    tell(args[0])
    return Reflect.apply<NodeJS.WriteStream, Parameters<Write>, boolean>(write, stream, args)
  }
  stream.write = watched as Write
  return () => {
    // Whoever has put something in its place since then calls it still: it goes on passing what is written.
    if (stream.write !== watched) return
    if (before === undefined) Reflect.deleteProperty(stream, 'write')
    else Object.defineProperty(stream, 'write', before)
  }
}
