import type { ActorContext, ActorRef } from '../../../actors/index.ts'
import { SessionTable } from '../../../mesos/index.ts'
import { deployPoints } from '../../decision-points.ts'
import {
  isApplicationCall,
  isWorkerCall,
  type ApplicationCall,
  type ApplicationEvent,
  type DriverReply,
  type WorkerCall,
  type WorkerEvent,
} from '../protocol/index.ts'
import type { MasterOptions } from './options.ts'
import type { ConnectApplication, ConnectWorker, MasterMessage } from './protocol.ts'
import type { RecoveryStore } from './recovery-store.ts'
import type { MasterEffect, MasterEvent } from './state.ts'

/** What a master's actor takes. */
export type Message =
  MasterMessage | MasterEvent | { readonly type: 'store-failed'; readonly error: unknown }

/** Carries out what a master does: its sessions, its store, answers, the log. */
export class MasterRim {
  readonly #ctx: ActorContext<Message>
  readonly #options: MasterOptions
  readonly #store: RecoveryStore | undefined
  readonly #isLeading: () => boolean
  readonly #workers: SessionTable<Message, WorkerCall, WorkerEvent>
  readonly #applications: SessionTable<Message, ApplicationCall, ApplicationEvent>
  /** request → who waits for the answer */
  readonly #waiting = new Map<number, ActorRef<DriverReply>>()
  #requests = 0

  constructor(
    ctx: ActorContext<Message>,
    options: MasterOptions,
    store: RecoveryStore | undefined,
    isLeading: () => boolean,
  ) {
    this.#ctx = ctx
    this.#options = options
    this.#store = store
    this.#isLeading = isLeading
    const ended = (connection: string): Message => ({ type: 'disconnected', connection })
    this.#workers = new SessionTable(ctx, {
      kind: 'worker',
      call: (connection, call) => ({ type: 'worker-call', connection, call }),
      ended,
    })
    this.#applications = new SessionTable(ctx, {
      kind: 'application',
      call: (connection, call) => ({ type: 'application-call', connection, call }),
      ended,
    })
  }

  openWorker({ subscriber, replyTo }: ConnectWorker): void {
    const leaseMs = this.#options.workerTimeoutMs
    const { session } = this.#workers.open({ subscriber, isCall: isWorkerCall, leaseMs })
    replyTo.tell({ type: 'worker-connected', session })
  }

  openApplication({ subscriber, replyTo }: ConnectApplication): void {
    const leaseMs = this.#options.workerTimeoutMs
    const { session } = this.#applications.open({ subscriber, isCall: isApplicationCall, leaseMs })
    replyTo.tell({ type: 'application-connected', session })
  }

  forget(connection: string): void {
    this.#workers.forget(connection)
    this.#applications.forget(connection)
  }

  /** A number for a request that is answered by an effect. */
  expect(replyTo: ActorRef<DriverReply>): number {
    this.#waiting.set(++this.#requests, replyTo)
    return this.#requests
  }

  /** Carries effects out in their order; answers with a promise where something is to be written down first. */
  run(effects: readonly MasterEffect[]): Promise<void> | undefined {
    for (let at = 0; at < effects.length; at += 1) {
      // It may have been stopped for so long that another one leads, and hear of that only later.
      if (!this.#isLeading()) return undefined
      const effect = effects[at] as MasterEffect
      const writing = this.#write(effect)
      if (writing !== undefined) return this.#rest(writing, effects.slice(at + 1))
      this.#carryOut(effect)
    }
    return undefined
  }

  async #rest(writing: Promise<void>, effects: readonly MasterEffect[]): Promise<void> {
    try {
      await writing
    } catch (error) {
      // What was to follow must not happen: a new incarnation begins with what is written.
      this.#ctx.self.tell({ type: 'store-failed', error })
      return
    }
    await this.run(effects)
  }

  #write(effect: MasterEffect): Promise<void> | undefined {
    if (effect.type === 'keep') return this.#store?.keep(effect.item)
    if (effect.type === 'forget') return this.#store?.forget(effect.kind, effect.id)
    return undefined
  }

  #carryOut(effect: MasterEffect): void {
    switch (effect.type) {
      case 'to-worker':
        this.#workers.deliver(effect.connection, effect.event)
        return
      case 'to-application':
        this.#applications.deliver(effect.connection, effect.event)
        return
      case 'close':
        this.#workers.close(effect.connection)
        this.#applications.close(effect.connection)
        return
      case 'reply':
        this.#waiting.get(effect.request)?.tell(effect.reply)
        this.#waiting.delete(effect.request)
        return
      case 'note':
        this.#ctx.system.decisions.note(deployPoints[effect.point], effect.note, effect.key)
        return
      case 'log':
        this.#ctx.log.write(effect.level, effect.message)
        return
      case 'keep':
      case 'forget':
        // Without a store there is nothing to write.
        return
    }
  }
}
