import type { Connection } from '../../platform/index.ts'
import type { Transport } from '../links/index.ts'
import { FrameSplitter, sealFrame } from './frame-splitter.ts'
import { MAX_HANDSHAKE_BYTES } from './handshake-words.ts'

/**
 * A TCP connection as frames. Whoever owns it sets the handlers; a frame that can't be cut, or whose handler
 * throws, ends the connection with that error as the reason.
 */
export class FramedConnection implements Transport {
  onFrame: (frame: Uint8Array) => void = () => undefined
  /** Something has come, if only a part of a frame. */
  onBytes: () => void = () => undefined
  onDrain: () => void = () => undefined
  onClosed: (reason: unknown) => void = () => undefined
  readonly #connection: Connection
  readonly #splitter: FrameSplitter
  #isOver = false

  constructor(connection: Connection) {
    this.#connection = connection
    this.#splitter = new FrameSplitter(MAX_HANDSHAKE_BYTES, (frame) => {
      if (!this.#isOver) this.onFrame(frame)
    })
    connection.handle({
      data: (bytes) => {
        this.#take(bytes)
      },
      drain: () => {
        this.onDrain()
      },
      closed: (error) => {
        this.#over(error)
      },
    })
  }

  get place(): string {
    const { host, port } = this.#connection.remote
    return `${host}:${String(port)}`
  }

  /** The address of this side, as the other side may reach it. */
  get localHost(): string {
    return this.#connection.local.host
  }

  /** The handshake is done: larger frames are allowed. */
  allow(limitBytes: number): void {
    this.#splitter.limitBytes = limitBytes
  }

  send(frame: Uint8Array): boolean {
    sealFrame(frame)
    return this.#connection.write(frame)
  }

  /** Sends what is queued, then ends. */
  close(): void {
    this.#connection.end()
  }

  /** Ends at once; `onClosed` gets the reason. */
  destroy(reason: unknown): void {
    if (this.#isOver) return
    this.#connection.destroy()
    this.#over(reason)
  }

  #take(bytes: Uint8Array): void {
    if (this.#isOver) return
    this.onBytes()
    try {
      this.#splitter.push(bytes)
    } catch (error) {
      this.destroy(error)
    }
  }

  #over(reason: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.onClosed(reason)
  }
}
