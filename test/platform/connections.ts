import { TroupeError } from '../../src/platform/index.ts'
import type { Address, Connection, Environment, Listener } from '../../src/platform/index.ts'

export const LOOPBACK: Address = { host: '127.0.0.1', port: 0 }

/** Collects what one side of a connection sees, and lets a test wait for it. */
export class Ear {
  readonly connection: Connection
  readonly chunks: Uint8Array[] = []
  bytes = 0
  closings = 0
  drains = 0
  readonly closed: Promise<Error | undefined>
  #waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = []

  constructor(connection: Connection) {
    this.connection = connection
    this.closed = new Promise((resolve) =>
      connection.handle({
        data: (bytes) => {
          this.chunks.push(bytes)
          this.bytes += bytes.byteLength
          this.#wake()
        },
        drain: () => {
          this.drains += 1
          this.#wake()
        },
        closed: (error) => {
          this.closings += 1
          resolve(error)
        },
      }),
    )
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString()
  }

  when(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ isMet, resolve }))
  }

  #wake(): void {
    const met = this.#waiting.filter(({ isMet }) => isMet())
    this.#waiting = this.#waiting.filter((waiting) => !met.includes(waiting))
    for (const { resolve } of met) resolve()
  }
}

/** A listener of `server` and one connection to it from `client`. */
export async function connected(
  server: Environment,
  client: Environment,
): Promise<{ listener: Listener; near: Ear; far: Ear }> {
  let accept: (ear: Ear) => void = () => undefined
  const accepted = new Promise<Ear>((resolve) => (accept = resolve))
  const listener = await server.network.listen(LOOPBACK, (connection) =>
    accept(new Ear(connection)),
  )
  const near = new Ear(await client.network.connect(listener.address))
  return { listener, near, far: await accepted }
}

/** The coded error that `work` rejects with. */
export async function refusal(work: Promise<unknown>): Promise<TroupeError> {
  const outcome: unknown = await work.then(
    () => 'no error',
    (error: unknown) => error,
  )
  if (outcome instanceof TroupeError) return outcome
  throw new TypeError(`expected a coded error, got ${String(outcome)}`)
}
