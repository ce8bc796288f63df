import { receive, setup, type ActorContext, type Behavior } from '../../actors/index.ts'
import { reasonOf } from '../errors.ts'

/** Work that is of no use to who asked for it after a time of the system's clock. */
export interface Order {
  readonly untilMs: number
}

/** The connection is lost; only the actor tells itself. */
interface Lost {
  readonly type: 'Lost'
}

/** How an actor that holds a connection stands: for who asks it, over all of its restarts. */
export class ConnectionState {
  isUp = false
  /** Times that a connection was lost, or could not be made. */
  failures = 0
  /** Orders that came too late to be begun. */
  expired = 0
  /** The last failure. */
  error: unknown
  /** Resolves when a connection was made, or could not be, for the first time. */
  readonly tried: Promise<void>
  #onTried: () => void = () => undefined

  constructor() {
    this.tried = new Promise((resolve) => {
      this.#onTried = resolve
    })
  }

  /** Why it is not up. */
  get reason(): string {
    return this.error === undefined ? 'it has not been reached yet' : reasonOf(this.error)
  }

  up(): void {
    this.isUp = true
    this.#onTried()
  }

  failed(error: unknown): void {
    this.isUp = false
    this.failures += 1
    this.error = error
    this.#onTried()
  }
}

export interface Connecting<M extends Order, C> {
  readonly state: ConnectionState
  /** Makes a connection; a rejection is a failure of the actor, whose parent starts it again. */
  readonly open: () => Promise<C>
  readonly close: (connection: C) => Promise<void>
  /** Does the work and answers for it. A rejection is the loss of the connection: the work is done again over the next one. */
  readonly carryOut: (connection: C, order: M) => Promise<void>
  /** Orders that are carried out at a time, at most; others wait in the mailbox. */
  readonly maxInFlight: number
}

/** How long an old connection may take to close before a new one is made, ms. */
const CLOSE_MS = 1_000

/**
 * An actor that holds a connection, and carries orders out over it, many at a time. When the connection is lost the actor fails, and what was not
 * answered stands in front of its mailbox when its parent has started it again: so orders must be such that twice is the same as once.
 * Needs a stash of `maxInFlight + 1`.
 */
export function connected<M extends Order & { readonly type: string }, C>(
  connecting: Connecting<M, C>,
): Behavior<M> {
  const { state, open, close } = connecting
  return setup<M | Lost>(async (ctx) => {
    const { clock } = ctx.environment
    let connection: C
    try {
      connection = await open()
    } catch (error) {
      state.failed(error)
      throw error
    }
    state.up()
    const orders = new Orders(connecting, connection, ctx)
    return receive<M | Lost>(
      (message) => orders.take(message),
      async (signal) => {
        if (signal.type !== 'PreRestart' && signal.type !== 'PostStop') return
        state.isUp = false
        let giveUp: { cancel(): void } | undefined
        const late = new Promise<void>((resolve) => {
          giveUp = clock.setTimer(CLOSE_MS, resolve)
        })
        const closed = close(connection).catch((error: unknown) => {
          ctx.log.write('info', `${ctx.path} could not close its connection`, {
            error: reasonOf(error),
          })
        })
        await Promise.race([closed, late])
        giveUp?.cancel()
      },
    )
  })
}

/** The orders of one connection. */
class Orders<M extends Order & { readonly type: string }, C> {
  readonly #connecting: Connecting<M, C>
  readonly #connection: C
  readonly #ctx: ActorContext<M | Lost>
  readonly #inFlight: Set<M> = new Set()
  #failure: { readonly error: unknown } | undefined
  #onRoom: (() => void) | undefined

  constructor(connecting: Connecting<M, C>, connection: C, ctx: ActorContext<M | Lost>) {
    this.#connecting = connecting
    this.#connection = connection
    this.#ctx = ctx
  }

  /** A promise, which suspends the actor, only where there is no room. */
  take(message: M | Lost): void | Promise<void> {
    if (message.type === 'Lost') return this.#giveUp()
    const order = message as M
    if (this.#inFlight.size < this.#connecting.maxInFlight) return this.#begin(order)
    return new Promise<void>((resolve) => {
      this.#onRoom = resolve
    }).then(() => this.#begin(order))
  }

  #begin(order: M): void {
    const { state, carryOut } = this.#connecting
    if (this.#ctx.environment.clock.now() >= order.untilMs) {
      state.expired += 1
      return
    }
    this.#inFlight.add(order)
    if (this.#failure !== undefined) this.#giveUp()
    carryOut(this.#connection, order).then(
      () => {
        this.#inFlight.delete(order)
        this.#hasRoom()
      },
      (error: unknown) => {
        if (this.#failure === undefined) {
          state.failed(error)
          this.#failure = { error }
          this.#ctx.self.tell({ type: 'Lost' })
        }
        this.#hasRoom()
      },
    )
  }

  /** Fails, with all that was not answered put off to the next incarnation. */
  #giveUp(): never {
    for (const order of this.#inFlight) this.#ctx.stash.stash(order)
    throw this.#failure?.error
  }

  #hasRoom(): void {
    const onRoom = this.#onRoom
    this.#onRoom = undefined
    onRoom?.()
  }
}
