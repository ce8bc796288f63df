import type { ActorRef, ActorSystem, Behavior } from '../../actors/index.ts'
import type { Address, HttpExchange, HttpTls, Listener } from '../../platform/index.ts'
import type { Arrived } from '../http/index.ts'

/** Where a node listens for HTTP, or for HTTPS. */
export interface DoorAddress extends Address {
  readonly tls?: HttpTls
}

/** A listener for HTTP whose requests wait until the door behind it is there. */
export class HttpDoor {
  readonly #listener: Listener
  readonly #system: ActorSystem
  readonly #early: HttpExchange[]
  #door: ActorRef<Arrived> | undefined

  private constructor(system: ActorSystem, listener: Listener, early: HttpExchange[]) {
    this.#system = system
    this.#listener = listener
    this.#early = early
  }

  /** Listens until the system shuts down. @throws TROUPE_PLATFORM_ADDRESS_IN_USE, TROUPE_PLATFORM_LISTEN_FAILED */
  static async listen(system: ActorSystem, address: DoorAddress): Promise<HttpDoor> {
    const early: HttpExchange[] = []
    const made: { door?: HttpDoor } = {}
    const listener = await system.environment.http.listen(
      address,
      (asked) => {
        const exchange = tidied(asked)
        if (made.door === undefined) early.push(exchange)
        else made.door.#arrived(exchange)
      },
      address.tls && { tls: address.tls },
    )
    made.door = new HttpDoor(system, listener, early)
    system.coordinatedShutdown.addTask('service-unbind', 'http', () => listener.close())
    return made.door
  }

  get address(): Address {
    return this.#listener.address
  }

  /** Starts the actor that answers from now on, as `/user/http` or by another name. */
  open(behavior: Behavior<Arrived>, name: string = 'http'): void {
    const door = this.#system.spawn(behavior, name)
    this.#door = door
    for (const exchange of this.#early.splice(0)) door.tell({ type: 'arrived', exchange })
  }

  close(): Promise<void> {
    return this.#listener.close()
  }

  #arrived(exchange: HttpExchange): void {
    if (this.#door === undefined) this.#early.push(exchange)
    else this.#door.tell({ type: 'arrived', exchange })
  }
}

/**
 * A path without what joining URLs leaves in it: slashes that are doubled or at its end, and a fragment. Mesos finds
 * its endpoints by such paths, too.
 */
function tidied(exchange: HttpExchange): HttpExchange {
  const { target } = exchange.request
  const [path = '', ...query] = target.replace(/#.*$/s, '').split('?')
  const plain = `/${path.split('/').filter(Boolean).join('/')}`
  const tidy = [plain, ...query].join('?')
  return tidy === target
    ? exchange
    : { ...exchange, request: { ...exchange.request, target: tidy } }
}
