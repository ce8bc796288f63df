import {
  receive,
  setup,
  type ActorRef,
  type ActorSystem,
  type Behavior,
} from '../../actors/index.ts'
import { isTroupeError } from '../../platform/index.ts'
import { on, oneForOne, supervised, type BackoffOptions } from '../../supervision/index.ts'
import { reasonOf } from '../errors.ts'
import type { StoreSettings } from '../settings.ts'
import { cassandraWriter, MAX_WRITES } from './cassandra-writer.ts'
import { ConnectionState, type Order } from './connected.ts'
import { eventTable } from './event-table.ts'
import { logWriter, MAX_APPENDS } from './log-writer.ts'
import type { AppendEvent, WriterMessage } from './protocol.ts'

/** A lost connection is made again after 0.1, 0.2, 0.4 … 5 s, for as long as it takes. */
const BACKOFF: BackoffOptions = { minMs: 100, maxMs: 5_000, resetAfterMs: 30_000 }

/** What has kept an order from being carried out in its time. */
export interface Unavailable {
  readonly type: 'Unavailable'
  readonly reason: string
}

/** An actor at the rim, whose ref outlives its restarts, and how its connection stands. */
export class RimActor<M extends Order> {
  readonly name: string
  readonly state: ConnectionState = new ConnectionState()
  /** Orders that are not answered yet. */
  waiting = 0
  #ref: ActorRef<M> | undefined

  constructor(name: string) {
    this.name = name
  }

  /** @internal Given by its supervisor. */
  set ref(ref: ActorRef<M>) {
    this.#ref = ref
  }

  /** Has an order carried out, within the time that it names. */
  async ask<R>(
    nowMs: number,
    untilMs: number,
    build: (replyTo: ActorRef<R>) => M,
  ): Promise<R | Unavailable> {
    const timeoutMs = untilMs - nowMs
    if (this.#ref === undefined || timeoutMs <= 0) return this.#unavailable('its time is over')
    this.waiting += 1
    try {
      return await this.#ref.ask(build, { timeoutMs })
    } catch (error) {
      const isLate = isTroupeError(error) && error.code === 'TROUPE_ASK_TIMEOUT'
      return this.#unavailable(isLate ? 'it has not answered in time' : reasonOf(error))
    } finally {
      this.waiting -= 1
    }
  }

  #unavailable(why: string): Unavailable {
    const { isUp, reason } = this.state
    return {
      type: 'Unavailable',
      reason: isUp ? `${this.name}: ${why}` : `${this.name}: ${reason}`,
    }
  }
}

/** The actors that hold connections: `/user/rim/log`, `/user/rim/writer-0` … */
export class Rim {
  readonly log: RimActor<AppendEvent> = new RimActor('the event log')
  readonly writers: readonly RimActor<WriterMessage>[]

  /**
   * @param capacity orders that wait for one of them, at most
   * @param hasLog whether events are logged, too
   */
  constructor(
    system: ActorSystem,
    settings: StoreSettings,
    capacity: number,
    { hasLog }: { readonly hasLog: boolean } = { hasLog: true },
  ) {
    this.writers = Array.from(
      { length: settings.writers },
      () => new RimActor<WriterMessage>('the table store'),
    )
    system.spawn(this.#supervisor(settings, capacity, hasLog), 'rim')
  }

  get actors(): readonly { readonly name: string; readonly state: ConnectionState }[] {
    return [this.log, ...this.writers]
  }

  /** The writer that has the least to do: one whose connection is lost falls behind by itself. */
  get writer(): RimActor<WriterMessage> {
    return this.writers.reduce((least, one) => {
      if (one.state.isUp !== least.state.isUp) return one.state.isUp ? one : least
      return one.waiting < least.waiting ? one : least
    })
  }

  /**
   * A table that is another one will be when it is asked for again: that ends the system. A broker that has just begun refuses topics for a while.
   */
  #supervisor(settings: StoreSettings, capacity: number, hasLog: boolean): Behavior<never> {
    const { log, tables, topics, keyspace, table } = settings
    const schema = eventTable(keyspace, table)
    const strategy = oneForOne({
      decide: [on('TROUPE_PLATFORM_TABLES_REFUSED', 'escalate')],
      per: 'child',
      maxRestarts: 2 ** 16,
      backoff: BACKOFF,
    })
    const mailbox = { capacity }
    return supervised(
      strategy,
      setup<never>((ctx) => {
        const { environment } = ctx
        if (hasLog) {
          const writer = logWriter(environment.eventLogs, log, topics, this.log.state)
          this.log.ref = ctx.spawn(writer, 'log', {
            mailbox,
            stashCapacity: MAX_APPENDS + 1,
            restart: 'permanent',
          })
        }
        for (const [i, writer] of this.writers.entries()) {
          writer.ref = ctx.spawn(
            cassandraWriter(environment, tables, schema, writer.state),
            `writer-${i}`,
            { mailbox, stashCapacity: MAX_WRITES + 1, restart: 'permanent' },
          )
        }
        return receive<never>(() => undefined)
      }),
    )
  }
}
