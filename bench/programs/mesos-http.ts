import { connect, type Socket } from 'node:net'

/**
 * The v1 HTTP API of Mesos with as little as it takes, so that a benchmark's client costs little: JSON, one connection for the
 * stream of events and one on which calls follow each other without waiting for their answers.
 */
export interface Door {
  readonly host: string
  readonly port: number
  readonly path: string
}

type Json = Readonly<Record<string, unknown>>

/** Calls of one client, in order. An answer that is none of 202 ends the process. */
export class Calls {
  readonly #socket: Socket
  readonly #door: Door
  readonly #headers: string
  #text = ''
  #unanswered = 0
  #idle: (() => void) | undefined

  constructor(door: Door, streamId: string | undefined) {
    this.#door = door
    this.#headers = streamId === undefined ? '' : `Mesos-Stream-Id: ${streamId}\r\n`
    this.#socket = connect(door.port, door.host)
    this.#socket.setNoDelay(true).setEncoding('latin1')
    this.#socket.on('data', (text: string) => {
      this.#read(text)
    })
    this.#socket.on('close', () => fail('the connection for calls was closed'))
  }

  /** Several calls at once go in one write. */
  send(...calls: readonly Json[]): void {
    this.#unanswered += calls.length
    this.#socket.write(calls.map((call) => requestText(this.#door, this.#headers, call)).join(''))
  }

  /** Resolves when every call so far is answered. */
  answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle = resolve
      this.#settle()
    })
  }

  end(): void {
    this.#socket.removeAllListeners()
    this.#socket.destroy()
  }

  #read(text: string): void {
    this.#text += text
    for (;;) {
      const end = this.#text.indexOf('\r\n\r\n')
      if (end < 0) break
      const head = this.#text.slice(0, end)
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
      if (this.#text.length < end + 4 + length) break
      const body = this.#text.slice(end + 4, end + 4 + length)
      if (!head.startsWith('HTTP/1.1 202'))
        fail(`a call was answered: ${head.split('\r\n')[0] ?? ''} ${body}`)
      this.#text = this.#text.slice(end + 4 + length)
      this.#unanswered--
    }
    this.#settle()
  }

  #settle(): void {
    if (this.#unanswered > 0) return
    this.#idle?.()
    this.#idle = undefined
  }
}

/** A stream of events. An end that nobody has asked for ends the process. */
export interface Subscription {
  readonly streamId: string | undefined
  readonly end: () => void
}

/** Opens a stream of events with a SUBSCRIBE. */
export function subscribe(
  door: Door,
  call: Json,
  onEvent: (event: Json) => void,
): Promise<Subscription> {
  return new Promise((resolve) => {
    const socket = connect(door.port, door.host)
    socket.setNoDelay(true)
    socket.write(requestText(door, '', call))
    const body = new ChunkedRecords(onEvent)
    let head: string | undefined
    let text = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => {
      if (head !== undefined) {
        body.push(bytes)
        return
      }
      text = Buffer.concat([text, bytes])
      const headEnd = text.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      head = text.toString('latin1', 0, headEnd)
      if (!head.startsWith('HTTP/1.1 200')) fail(`SUBSCRIBE was answered: ${text.toString()}`)
      const end = (): void => {
        socket.removeAllListeners()
        socket.destroy()
      }
      resolve({ streamId: /mesos-stream-id: *(\S+)/i.exec(head)?.[1], end })
      body.push(text.subarray(headEnd + 4))
    })
    socket.on('close', () => fail('the stream of events was closed'))
  })
}

function requestText({ host, port, path }: Door, headers: string, call: Json): string {
  const body = JSON.stringify(call)
  const length = Buffer.byteLength(body)
  return (
    `POST ${path} HTTP/1.1\r\nHost: ${host}:${String(port)}\r\nContent-Type: application/json\r\n` +
    `Accept: application/json\r\n${headers}Content-Length: ${String(length)}\r\n\r\n${body}`
  )
}

/** Takes a chunked body of records apart. */
class ChunkedRecords {
  readonly #onEvent: (event: Json) => void
  #raw: Buffer = Buffer.alloc(0)
  #body: Buffer = Buffer.alloc(0)

  constructor(onEvent: (event: Json) => void) {
    this.#onEvent = onEvent
  }

  push(bytes: Buffer): void {
    this.#raw = this.#raw.length === 0 ? bytes : Buffer.concat([this.#raw, bytes])
    const parts = [this.#body]
    let at = 0
    for (;;) {
      const line = this.#raw.indexOf('\r\n', at)
      if (line < 0) break
      const length = Number.parseInt(this.#raw.toString('latin1', at, line), 16)
      if (this.#raw.length < line + 4 + length) break
      parts.push(this.#raw.subarray(line + 2, line + 2 + length))
      at = line + 4 + length
    }
    this.#raw = this.#raw.subarray(at)
    this.#body = Buffer.concat(parts)
    this.#records()
  }

  #records(): void {
    let at = 0
    for (;;) {
      const line = this.#body.indexOf('\n', at)
      if (line < 0) break
      const length = Number(this.#body.toString('latin1', at, line))
      if (this.#body.length < line + 1 + length) break
      const text = this.#body.toString('utf8', line + 1, line + 1 + length)
      at = line + 1 + length
      this.#onEvent(JSON.parse(text) as Json)
    }
    this.#body = this.#body.subarray(at)
  }
}

export function fail(why: string): never {
  process.stderr.write(`${why}\n`)
  process.exit(1)
}
