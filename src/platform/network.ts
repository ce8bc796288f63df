/** Where a listener waits or a connection leads. Port 0 asks for any free port. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Certificates in PEM. With `ca` on both sides the authentication is mutual. */
export interface TlsOptions {
  readonly cert: string
  readonly key: string
  readonly ca: string
  /** Name to check the peer's certificate against; the address's host by default. */
  readonly serverName?: string
}

/**
 * An ordered, reliable stream of bytes. Exactly one `closed` event ends it, with the error when it
 * did not end well. Handlers are set right after the connection is handed over, before any event.
 */
export interface Connection {
  readonly remote: Address
  readonly local: Address
  /**
   * Queues bytes, which the connection owns from now on. False asks the writer to wait for `drain`.
   * Writing after the end is ignored.
   */
  write(bytes: Uint8Array): boolean
  /** Bytes accepted by `write` and not yet handed to the system. */
  readonly queuedBytes: number
  /** Flushes what is queued, then ends. */
  end(): void
  /** Ends at once and drops what is queued. */
  destroy(error?: Error): void
  /** Breaks it at once: both sides see an error, as after a reset packet. */
  abort(): void
  /** Stops and resumes `data` events: back-pressure on the peer. */
  pause(): void
  resume(): void
  handle(handlers: ConnectionHandlers): void
}

export interface ConnectionHandlers {
  /** The bytes belong to the handler. */
  readonly data: (bytes: Uint8Array) => void
  readonly drain?: () => void
  readonly closed: (error: Error | undefined) => void
}

export interface Listener {
  /** The address that was bound, with the real port. */
  readonly address: Address
  close(): Promise<void>
}

export interface Network {
  /** @throws TROUPE_PLATFORM_ADDRESS_IN_USE, TROUPE_PLATFORM_LISTEN_FAILED */
  listen(
    address: Address,
    onConnection: (connection: Connection) => void,
    options?: { readonly tls?: TlsOptions },
  ): Promise<Listener>
  /**
   * With TLS 1.3 a client is ready before the server has judged its certificate: a refusal then
   * shows as the connection's end, before any data.
   * @throws TROUPE_PLATFORM_CONNECT_FAILED, also when `timeoutMs` (default 10,000) passes.
   */
  connect(
    address: Address,
    options?: { readonly tls?: TlsOptions; readonly timeoutMs?: number },
  ): Promise<Connection>
}
