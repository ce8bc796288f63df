import type { ActorContext } from '../../../actors/index.ts'
import type { HttpExchange, HttpStream } from '../../../platform/index.ts'

/** How long one slice may take; then the event loop has its turn. */
const SLICE_MS = 4

const encoder = new TextEncoder()

/** An answer that is being written. */
export interface Writing {
  readonly stream: HttpStream
  readonly pieces: Iterator<string>
}

/** The next slice of an answer is due. */
export interface SliceDue {
  readonly type: 'slice-due'
  readonly writing: Writing
}

/** Writes long answers in slices, each at its own turn of the event loop, so that nothing else waits for them. */
export class Slices {
  readonly #ctx: Pick<ActorContext<SliceDue>, 'self' | 'environment'>
  readonly #closed = new WeakSet<Writing>()

  constructor(ctx: Pick<ActorContext<SliceDue>, 'self' | 'environment'>) {
    this.#ctx = ctx
  }

  begin(exchange: HttpExchange, contentType: string, pieces: Iterator<string>): void {
    const stream = exchange.stream({ status: 200, headers: { 'content-type': contentType } })
    const writing = { stream, pieces }
    stream.onClosed(() => this.#closed.add(writing))
    this.next(writing)
  }

  /** Writes one slice, and asks for the next. */
  next(writing: Writing): void {
    // Its reader is gone.
    if (this.#closed.has(writing)) return
    const { clock, turns } = this.#ctx.environment
    const { stream, pieces } = writing
    const untilMs = clock.now() + SLICE_MS
    const texts: string[] = []
    let isDone = false
    while (!isDone && clock.now() < untilMs) {
      const next = pieces.next()
      if (next.done === true) isDone = true
      else texts.push(next.value)
    }
    const text = texts.join('')
    if (text !== '') stream.write(encoder.encode(text))
    if (isDone) stream.end()
    else turns.macrotask(() => this.#ctx.self.tell({ type: 'slice-due', writing }))
  }
}
