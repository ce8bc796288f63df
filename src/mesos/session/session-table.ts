import type { ActorContext, ActorRef } from '../../actors/index.ts'
import {
  sessionServer,
  type SessionServerMessage,
  type SessionServerOptions,
} from './session-server.ts'

/** What the owner of sessions is told, by the name of the connection. */
export interface SessionWords<Message, Call> {
  /** Also the beginning of the connections' names: `agent-1`, `agent-2` … */
  readonly kind: string
  readonly call: (connection: string, call: Call) => Message
  readonly ended: (connection: string) => Message
}

/** The sessions that one actor holds with clients of a kind, each a child of it, by the names of their connections. */
export class SessionTable<
  Message,
  Call extends { readonly type: string },
  Event extends { readonly type: string },
> {
  readonly #ctx: Pick<ActorContext<Message>, 'self' | 'spawn' | 'watch'>
  readonly #words: SessionWords<Message, Call>
  readonly #sessions = new Map<string, ActorRef<SessionServerMessage<Call, Event>>>()
  #opened = 0

  constructor(
    ctx: Pick<ActorContext<Message>, 'self' | 'spawn' | 'watch'>,
    words: SessionWords<Message, Call>,
  ) {
    this.#ctx = ctx
    this.#words = words
  }

  open(options: Omit<SessionServerOptions<Call, Event>, 'onCall'>): {
    readonly connection: string
    readonly session: ActorRef<SessionServerMessage<Call, Event>>
  } {
    const { kind, call, ended } = this.#words
    const { self } = this.#ctx
    const connection = `${kind}-${++this.#opened}`
    const behavior = sessionServer<Call, Event>({
      ...options,
      onCall: (message) => {
        self.tell(call(connection, message))
      },
    })
    const session = this.#ctx.spawn(behavior, connection, { restart: 'temporary' })
    this.#ctx.watch(session, ended(connection))
    this.#sessions.set(connection, session)
    return { connection, session }
  }

  /** Sends an event, if the connection is known. */
  deliver(connection: string, event: Event): void {
    this.#sessions.get(connection)?.tell({ type: 'deliver', event })
  }

  /** Ends the session behind what was delivered. */
  close(connection: string): void {
    this.#sessions.get(connection)?.tell({ type: 'close' })
  }

  forget(connection: string): void {
    this.#sessions.delete(connection)
  }
}
