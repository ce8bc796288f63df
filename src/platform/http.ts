import type { Address, Listener } from './network.ts'

/** What a client asks for; its body is whole. */
export interface HttpRequest {
  readonly method: string
  /** Beginning with `/`, with the query, as it was sent. */
  readonly target: string
  /** By lower-case name; several of one name are joined by `, `. */
  readonly headers: HttpHeaders
  readonly body: Uint8Array
}

export type HttpHeaders = Readonly<Record<string, string>>

/** An answer that is whole. */
export interface HttpReply {
  /** 200 … 599. */
  readonly status: number
  readonly headers?: HttpHeaders
  readonly body?: Uint8Array
}

/** One request at the server: exactly one of `reply` and `stream` is called, once; what comes later is ignored. */
export interface HttpExchange {
  readonly request: HttpRequest
  readonly remote: Address
  readonly reply: (reply: HttpReply) => void
  /** Sends status and headers at once; the body follows bit by bit, its length unknown (`Transfer-Encoding: chunked`). */
  readonly stream: (reply: Omit<HttpReply, 'body'>) => HttpStream
}

/** The body of an answer that is being sent. */
export interface HttpStream {
  /** Queues bytes, which the stream owns from now on. Ignored after the end. */
  write(bytes: Uint8Array): void
  /** Bytes that were written and that the client has not taken. */
  readonly queuedBytes: number
  /** Flushes what is queued, then ends the body. */
  end(): void
  /** Breaks the connection: the client sees that the body is not whole. */
  destroy(): void
  /** Calls `fn` once when nothing can be sent any more, whoever ended it; at the next turn if that is so already. */
  onClosed(fn: () => void): void
}

export interface HttpServerOptions {
  /** A longer body, also one that unpacks to more, is answered with 413. Default 32 MiB. */
  readonly maxBodyBytes?: number
  /** A request that has not come whole by then, ms, is answered with 408, and its connection ends. Default 300,000. Unknown to simulations. */
  readonly requestTimeoutMs?: number
  /** The answer to what the server itself refuses: a body that is too large (413), or packed in a way that it does not unpack to (400). Without a body by default. */
  readonly onRefused?: (status: 400 | 413) => Omit<HttpReply, 'status'>
  /** HTTPS. Simulations speak plainly all the same. */
  readonly tls?: HttpTls
}

/** A server's certificate, with those between it and its authority, and its key, in PEM. */
export interface HttpTls {
  readonly cert: string
  readonly key: string
}

/** The head of an answer at the client; its body comes to `handle`. */
export interface HttpResponse {
  readonly status: number
  readonly headers: HttpHeaders
  /** Set right after the response is handed over. Exactly one `closed` ends it, with an error when the body is not whole. */
  handle(handlers: HttpBodyHandlers): void
  /** Stops and resumes `data`: back-pressure on the server. */
  pause(): void
  resume(): void
  /** Ends the exchange at once; `closed` is called all the same. */
  destroy(): void
}

export interface HttpBodyHandlers {
  /** The bytes belong to the handler. */
  readonly data: (bytes: Uint8Array) => void
  readonly closed: (error: Error | undefined) => void
}

export interface HttpRequestOptions {
  /** The path of a Unix socket to ask in place of the address, whose host then is only a name. Unknown to simulations. */
  readonly socket?: string
  /** For the head of the answer. Default 10,000. */
  readonly timeoutMs?: number
  /** HTTPS: the server proves its name by a certificate of those that the system trusts. Default false. */
  readonly isSecure?: boolean
  /** Of HTTPS: the authorities that are trusted, in PEM, in place of those of the system. */
  readonly ca?: string
  /** Of HTTPS: any certificate will do. Default false. */
  readonly trustsAny?: boolean
}

/** A server that listens. Closing it also ends the connections that stand. */
export interface HttpListener extends Listener {
  /**
   * Takes no more connections, and ends each that stands once its exchange is answered. Resolves when none is left; a client that does
   * not let go is for `close`.
   */
  drain(): Promise<void>
}

/**
 * HTTP/1.1, both sides. On real machines an answer of 1 KiB or more is compressed for a client that takes gzip, and a
 * request with `Content-Encoding: gzip` or `deflate` (zlib's form, or bare) comes unpacked.
 */
export interface Http {
  /**
   * Calls `onExchange` when a request has come whole.
   * @throws TROUPE_PLATFORM_ADDRESS_IN_USE, TROUPE_PLATFORM_LISTEN_FAILED
   */
  listen(
    address: Address,
    onExchange: (exchange: HttpExchange) => void,
    options?: HttpServerOptions,
  ): Promise<HttpListener>
  /**
   * Sends a request; resolves with the head of the answer, whatever its status. Redirects are not followed.
   * @throws TROUPE_PLATFORM_CONNECT_FAILED, also when no head has come within `timeoutMs`;
   * TROUPE_PLATFORM_CONNECTION_LOST
   */
  request(
    address: Address,
    request: HttpRequest,
    options?: HttpRequestOptions,
  ): Promise<HttpResponse>
}

export const MAX_HTTP_BODY_BYTES: number = 32 * 1024 * 1024

/** The body of a response as a whole. @throws TROUPE_PLATFORM_CONNECTION_LOST when it does not come whole */
export function bodyOf(response: HttpResponse): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = []
    response.handle({
      data: (bytes) => void parts.push(bytes),
      closed: (error) => {
        if (error === undefined) resolve(Buffer.concat(parts))
        else reject(error)
      },
    })
  })
}
