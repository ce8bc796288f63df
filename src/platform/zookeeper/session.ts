import type { Clock, Timer } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Address, Connection, Network } from '../network.ts'
import type { Random } from '../random.ts'
import { refused, sessionLost } from './errors.ts'
import { FrameCutter, JuteReader, JuteWriter } from './jute.ts'

/** Of ZooKeeper's operations, those that are used. */
export const OPERATION = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getChildren: 8,
  ping: 11,
  multi: 14,
  close: -11,
} as const

const PING_XID = -2
const WATCH_XID = -1
/** Of one record; ZooKeeper's own bound is a megabyte. */
const MAX_RECORD_BYTES = 8 << 20
/** At most. Where sessions are short, all servers are to be tried in one's time. */
const CONNECT_TIMEOUT_MS = 5_000
const AGAIN_MS = 500

/** What a session is opened with. */
export interface SessionOptions {
  readonly network: Network
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly servers: readonly Address[]
  /** The silence after which the servers may take this client for dead; they may choose another. */
  readonly timeoutMs: number
  /** Called once, when the session is over and was not closed: what was ephemeral is, or soon will be, gone. */
  readonly onLost: (reason: string) => void
  /** A watch has fired, or may have while there was no connection. */
  readonly onWatch: () => void
}

interface Request {
  readonly name: string
  readonly path: string
  readonly sentMs: number
  readonly resolve: (answer: JuteReader) => void
  readonly reject: (error: unknown) => void
}

/**
 * A session with ZooKeeper, over whichever of its servers answers: kept by pings, taken up again when its connection breaks, and
 * given up before the servers do, so that two clients never both believe to hold what only one can.
 *
 * @see ClientCnxn.java of ZooKeeper
 */
export class ZooKeeperSession {
  readonly #options: SessionOptions
  #connection: Connection | undefined
  /** One that is being opened. */
  #opening: Connection | undefined
  #sessionId = 0n
  #password: Uint8Array = new Uint8Array(16)
  #timeoutMs: number
  #nextXid = 1
  /** Requests whose answers come in their order. */
  #waiting: Request[] = []
  /** When the last message was sent that is known to have arrived. */
  #provenMs: number
  #pingSentMs: number | undefined
  #pulse: Timer | undefined
  #end: Timer | undefined
  #sleep: Timer | undefined
  #isOver = false
  #server = 0

  private constructor(options: SessionOptions) {
    this.#options = options
    this.#timeoutMs = options.timeoutMs
    this.#provenMs = options.clock.now()
    this.#server = options.random.int(options.servers.length)
  }

  /** @throws TROUPE_PLATFORM_ZOOKEEPER_FAILED when no server answers */
  static async open(options: SessionOptions): Promise<ZooKeeperSession> {
    const session = new ZooKeeperSession(options)
    let failure: unknown = sessionLost('there is no server')
    for (let tries = 0; tries < options.servers.length; tries += 1) {
      try {
        await session.#connect()
        session.#endLater()
        return session
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  /** Whether the session may be relied upon: also where its time is over and nobody had a turn to see it. */
  get isAlive(): boolean {
    return !this.#isOver && this.#options.clock.now() < this.#provenMs + this.#timeoutMs
  }

  /** @throws TROUPE_PLATFORM_ZOOKEEPER_REFUSED; TROUPE_PLATFORM_ZOOKEEPER_FAILED, after which it is unknown whether it was done */
  request(
    name: keyof typeof OPERATION,
    path: string,
    write: (record: JuteWriter) => JuteWriter,
  ): Promise<JuteReader> {
    const connection = this.#connection
    if (this.#isOver || connection === undefined) {
      return Promise.reject(sessionLost(this.#isOver ? 'it is over' : 'the connection is broken'))
    }
    return new Promise((resolve, reject) => {
      const sentMs = this.#options.clock.now()
      this.#waiting.push({ name, path, sentMs, resolve, reject })
      const record = new JuteWriter().int(this.#nextXid++).int(OPERATION[name])
      connection.write(write(record).framed())
    })
  }

  /** Ends the session: what is ephemeral is gone at once. */
  async close(): Promise<void> {
    if (this.#isOver) return
    if (this.#connection !== undefined) {
      const closing = this.request('close', '', (record) => record).catch(() => undefined)
      await Promise.race([closing, this.#pause(this.#connectTimeoutMs)])
      this.#sleep?.cancel()
    }
    this.#over()
  }

  get #connectTimeoutMs(): number {
    return Math.min(CONNECT_TIMEOUT_MS, this.#timeoutMs / this.#options.servers.length)
  }

  async #connect(): Promise<void> {
    const { network, servers } = this.#options
    const server = servers[this.#server++ % servers.length] as Address
    const timeoutMs = this.#connectTimeoutMs
    const connection = await network.connect(server, { timeoutMs })
    if (this.#isOver) {
      connection.destroy()
      return
    }
    // Until it is open: whoever ends the session then ends it, too.
    this.#opening = connection
    await new Promise<void>((resolve, reject) => {
      const frames = new FrameCutter(MAX_RECORD_BYTES)
      let isOpen = false
      const sentMs = this.#options.clock.now()
      const early = this.#options.clock.setTimer(timeoutMs, () => {
        if (!isOpen) connection.destroy()
      })
      connection.handle({
        data: (bytes) => {
          try {
            for (const frame of frames.take(bytes)) {
              if (isOpen) {
                this.#hear(new JuteReader(frame))
                continue
              }
              this.#opened(connection, new JuteReader(frame), sentMs)
              isOpen = true
              resolve()
            }
          } catch (error) {
            connection.destroy()
            reject(error instanceof Error ? error : sessionLost(String(error)))
          }
        },
        closed: (error) => {
          early.cancel()
          if (isOpen) this.#broken(connection, error?.message ?? 'the server has ended it')
          else reject(sessionLost(error?.message ?? 'the server has ended the connection'))
        },
      })
      const hello = new JuteWriter().int(0).long(0n).int(this.#options.timeoutMs)
      connection.write(hello.long(this.#sessionId).buffer(this.#password).flag(false).framed())
    })
  }

  #opened(connection: Connection, answer: JuteReader, sentMs: number): void {
    answer.int() // the protocol's version
    const timeoutMs = answer.int()
    const sessionId = answer.long()
    const password = answer.buffer()
    if (timeoutMs <= 0) {
      this.#lost('the servers have ended it')
      throw sessionLost('the servers have ended it')
    }
    this.#timeoutMs = timeoutMs
    this.#sessionId = sessionId
    this.#password = Uint8Array.from(password)
    this.#opening = undefined
    this.#connection = connection
    this.#provenMs = sentMs
    this.#pingSentMs = undefined
    this.#pulseLater()
  }

  #hear(record: JuteReader): void {
    const xid = record.int()
    record.long() // the number of the last change
    const code = record.int()
    if (xid === PING_XID) {
      this.#provenMs = this.#pingSentMs ?? this.#provenMs
      this.#pingSentMs = undefined
      return
    }
    if (xid === WATCH_XID) {
      this.#options.onWatch()
      return
    }
    const request = this.#waiting.shift()
    if (request === undefined) return
    this.#provenMs = Math.max(this.#provenMs, request.sentMs)
    if (code === 0) request.resolve(record)
    else request.reject(refused(request.name, request.path, code))
  }

  #pulseLater(): void {
    this.#pulse?.cancel()
    this.#pulse = this.#options.clock.setTimer(this.#timeoutMs / 3, () => {
      if (this.#connection === undefined) return
      if (this.#pingSentMs !== undefined) {
        // A third of the time has passed without an answer: another server may have one.
        this.#connection.destroy()
        return
      }
      this.#pingSentMs = this.#options.clock.now()
      this.#connection.write(new JuteWriter().int(PING_XID).int(OPERATION.ping).framed())
      this.#pulseLater()
    })
  }

  #broken(connection: Connection, reason: string): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    this.#pulse?.cancel()
    for (const { reject } of this.#waiting.splice(0)) reject(sessionLost(reason))
    if (this.#isOver) return
    this.#options.log.write('warn', `the connection to ZooKeeper is broken: ${reason}`)
    void this.#takeUpAgain()
  }

  async #takeUpAgain(): Promise<void> {
    while (!this.#isOver && this.#connection === undefined) {
      try {
        await this.#connect()
        // Watches were the old server's.
        this.#options.onWatch()
      } catch {
        await this.#pause(AGAIN_MS)
      }
    }
  }

  /** The servers count from when they have heard of this client, which was later than what is proven was sent. */
  #endLater(): void {
    const leftMs = this.#provenMs + this.#timeoutMs - this.#options.clock.now()
    if (leftMs <= 0) {
      this.#lost(`no server has answered for ${this.#timeoutMs} ms`)
      return
    }
    this.#end = this.#options.clock.setTimer(leftMs, () => {
      this.#endLater()
    })
  }

  #lost(reason: string): void {
    if (this.#isOver) return
    this.#over()
    this.#options.onLost(reason)
  }

  #over(): void {
    this.#isOver = true
    this.#pulse?.cancel()
    this.#end?.cancel()
    this.#sleep?.cancel()
    this.#opening?.destroy()
    this.#connection?.destroy()
    this.#opening = this.#connection = undefined
    for (const { reject } of this.#waiting.splice(0)) reject(sessionLost('it is over'))
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#sleep = this.#options.clock.setTimer(ms, resolve)
    })
  }
}
