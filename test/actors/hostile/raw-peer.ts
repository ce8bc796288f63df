import { ConnectionEncoder, decodeAlone, encodeAlone } from '../../../src/actors/codec/index.ts'
import type { RefCodec } from '../../../src/actors/codec/index.ts'
import { Credentials } from '../../../src/actors/remote/credentials.ts'
import type { Connection, Environment, MemoryWorld } from '../../../src/platform/index.ts'

const HEAD_BYTES = 5

/** A ref on the wire in whatever form. */
export class Wire {
  readonly form: unknown

  constructor(form: unknown) {
    this.form = form
  }
}

const anyForm: RefCodec = {
  isRef: (value) => value instanceof Wire,
  encodeRef: (ref) => (ref as Wire).form,
  decodeRef: (wire) => new Wire(wire),
}

/** The frame for a body. */
export function frameOf(body: Uint8Array, flags = 0): Uint8Array {
  const bytes = new Uint8Array(body.byteLength + HEAD_BYTES)
  new DataView(bytes.buffer).setUint32(0, body.byteLength + 1)
  bytes[4] = flags
  bytes.set(body, HEAD_BYTES)
  return bytes
}

/** The bodies of the frames in a stream. */
export function bodiesIn(bytes: Uint8Array): Uint8Array[] {
  const bodies: Uint8Array[] = []
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0)
    bodies.push(bytes.subarray(at + HEAD_BYTES, at + 4 + length))
    at += 4 + length
  }
  return bodies
}

export interface RawPeerOptions {
  readonly secret?: string
  readonly node?: string
  readonly lane?: 'messages' | 'bulk'
  /** What it says to have received. */
  readonly received?: readonly unknown[]
}

/** A peer that speaks bytes, and knows how to shake hands if it wants to. */
export class RawPeer {
  readonly connection: Connection
  readonly #environment: Environment
  #heard = Buffer.alloc(0)
  #encoder = new ConnectionEncoder(anyForm)
  isClosed = false

  private constructor(environment: Environment, connection: Connection) {
    this.#environment = environment
    this.connection = connection
    connection.handle({
      data: (bytes) => {
        this.#heard = Buffer.concat([this.#heard, bytes])
      },
      closed: () => {
        this.isClosed = true
      },
    })
  }

  static async call(
    environment: Environment,
    address: { readonly host: string; readonly port: number } | undefined,
  ): Promise<RawPeer> {
    const to = address ?? { host: '', port: 0 }
    return new RawPeer(environment, await environment.network.connect(to))
  }

  /** Everything the other side has said so far. */
  get heard(): Uint8Array {
    return this.#heard
  }

  /** The words of the other side's handshake. */
  get words(): unknown[][] {
    return bodiesIn(this.#heard).map((body) => decodeAlone(body) as unknown[])
  }

  write(bytes: Uint8Array): void {
    this.connection.write(bytes)
  }

  send(body: Uint8Array, flags = 0): void {
    this.write(frameOf(body, flags))
  }

  /** Shakes hands as a node that knows `secret` does. */
  async join(world: MemoryWorld, options: RawPeerOptions = {}): Promise<void> {
    const { crypto } = this.#environment
    const { secret = 'hush', node = 'the-raw-peer', lane = 'messages' } = options
    const credentials = new Credentials(crypto, secret, {})
    const nonce = new Uint8Array(16).fill(9)
    const head = ['troupe', 'hello', 1, 1, 'raw', node, lane]
    const hello = encodeAlone([...head, undefined, undefined, nonce])
    this.send(hello)
    await world.settle()
    const theirs = bodiesIn(this.#heard)[0] ?? new Uint8Array(0)
    const proof = credentials.proveSecret('caller', credentials.transcript(hello, theirs))
    this.send(encodeAlone(['troupe', 'proof', proof, [], ...(options.received ?? [0, 0, 0])]))
    await world.settle()
  }

  /** Sends a batch as the link's other side would. Values that can't be encoded are not sent. */
  sendBatch(batch: readonly unknown[]): boolean {
    const frame = encodedOf(this.#encoder, batch)
    if (frame === undefined) {
      this.#encoder = new ConnectionEncoder(anyForm)
      return false
    }
    this.send(frame)
    return true
  }

  /** A batch as bytes, for those who want to spoil them. */
  bytesOf(batch: readonly unknown[]): Uint8Array | undefined {
    return encodedOf(this.#encoder, batch)
  }
}

function encodedOf(encoder: ConnectionEncoder, batch: readonly unknown[]): Uint8Array | undefined {
  try {
    return encoder.encode(batch, 0)
  } catch {
    return undefined
  }
}
