import type { Address, Connection, Environment } from '../../platform/index.ts'
import type { Lane } from '../links/index.ts'
import type { Association } from './association.ts'
import { refusedError } from './errors.ts'
import { FramedConnection } from './framed-connection.ts'
import { Handshake } from './handshake.ts'
import type { Handshaken, HandshakeHost, Self } from './handshake.ts'
import type { ResolvedNodeOptions } from './options.ts'
import { shakeHands } from './shaking-hands.ts'

/** Strangers that may be shaking hands at the same time. */
const MAX_STRANGERS = 1_024

export interface ConnectorHost extends HandshakeHost {
  readonly options: ResolvedNodeOptions
  readonly isClosed: boolean
  self(framed: FramedConnection): Self
  /** Takes a connection over whose handshake is done; undefined if it comes too late. */
  attach(
    framed: FramedConnection,
    result: Handshaken,
    lane: Lane,
    byUs: boolean,
  ): Association | undefined
}

/** Makes connections and takes calls; nothing gets past it without a handshake. */
export class Connector {
  readonly #environment: Environment
  readonly #host: ConnectorHost
  #strangers = 0

  constructor(environment: Environment, host: ConnectorHost) {
    this.#environment = environment
    this.#host = host
  }

  /** Dials, shakes hands and attaches. @throws refusals, and platform errors */
  async call(to: Address, lane: Lane, timeoutMs: number): Promise<Association> {
    const { network, clock, random } = this.#environment
    const host = this.#host
    const { tls, handshakeMs } = host.options
    const connection = await network.connect(to, {
      timeoutMs: Math.min(timeoutMs, handshakeMs),
      ...(tls === undefined ? {} : { tls }),
    })
    const framed = new FramedConnection(connection)
    return new Promise((resolve, reject) => {
      const handshake = new Handshake('caller', lane, host.self(framed), random.bytes(16), host)
      shakeHands(framed, handshake, {
        clock,
        deadlineMs: handshakeMs,
        first: handshake.begin(),
        done: (result) => {
          const association = host.attach(framed, result, lane, true)
          if (association === undefined) reject(refusedError('TROUPE_NODE_STOPPED', framed.place))
          else resolve(association)
        },
        failed: reject,
      })
    })
  }

  /** Someone calls. */
  called(connection: Connection): void {
    const { clock, random, log } = this.#environment
    const host = this.#host
    const framed = new FramedConnection(connection)
    if (host.isClosed || this.#strangers >= MAX_STRANGERS) {
      framed.destroy('too many strangers')
      return
    }
    this.#strangers++
    let isStranger = true
    const known = (): void => {
      if (isStranger) this.#strangers--
      isStranger = false
    }
    const self = host.self(framed)
    const handshake = new Handshake('listener', 'messages', self, random.bytes(16), host)
    shakeHands(framed, handshake, {
      clock,
      deadlineMs: host.options.handshakeMs,
      first: undefined,
      done: (result) => {
        known()
        host.attach(framed, result, result.peer.lane, false)
      },
      closed: known,
      failed: (error) => {
        // Both sides have dialled at once, and one of the two connections gives way.
        const level = error.code === 'TROUPE_NODE_DUPLICATE_CONNECTION' ? 'debug' : 'warn'
        log.write(level, `refused a connection: ${error.message}`, { code: error.code })
      },
    })
  }
}
