import { formatAddress } from '../../actors/index.ts'
import { onFreePort, type Address, type Environment, type Listener } from '../../platform/index.ts'
import { answer } from './answer.ts'
import type { RestRoot } from './rest-root.ts'

/** Where an API listens. */
export interface RestPlace {
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
  /** `spark.port.maxRetries`: how many ports behind it are tried. */
  readonly maxRetries: number
}

/** An API that listens. */
export class RestServer {
  readonly address: Address
  readonly #listener: Listener

  private constructor(listener: Listener) {
    this.#listener = listener
    this.address = listener.address
  }

  /**
   * Listens at the first port of `place` that is free.
   *
   * @throws TROUPE_PLATFORM_ADDRESS_IN_USE, of the last port, when none is; TROUPE_PLATFORM_LISTEN_FAILED
   */
  static async listen(
    environment: Pick<Environment, 'http' | 'disk' | 'crypto' | 'clock'>,
    root: RestRoot,
    { host, port, maxRetries }: RestPlace,
  ): Promise<RestServer> {
    const listener = await onFreePort({ host, port }, maxRetries, (address) =>
      environment.http.listen(address, (exchange) => {
        void answer(root, exchange, environment)
      }),
    )
    return new RestServer(listener)
  }

  get url(): string {
    return `http://${formatAddress(this.address)}`
  }

  close(): Promise<void> {
    return this.#listener.close()
  }
}
