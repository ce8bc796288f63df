import type { Environment, Log } from '../platform/index.ts'
import { asideIfAsked } from './ask-cycles.ts'
import type { AskOptions } from './ask.ts'
import { Adapter, tellTranslated } from './adapter.ts'
import type { ActorRef, AnyRef } from './actor-ref.ts'
import type { ActorSystem } from './actor-system.ts'
import type { BehaviorLike } from './behavior.ts'
import { toBehavior } from './behaviors.ts'
import { CHANGED, STOP_ASKED, UNHANDLED } from './cell.ts'
import type { Cell } from './cell.ts'
import type { ActorContext } from './context.ts'
import { install } from './incarnation.ts'
import { isHandling, requestStop } from './lifecycle.ts'
import { spawnCell, stopChild } from './spawning.ts'
import type { SpawnOptions } from './spawn-options.ts'
import type { Stash } from './stash.ts'
import { StashOfCell } from './stash-of-cell.ts'
import type { Timers } from './timers.ts'
import { TimersOfCell } from './timers-of-cell.ts'
import { unwatch, watch } from './watching.ts'

/** What a cell shows its behavior; made at the first message. */
export class Context implements ActorContext<unknown> {
  readonly #cell: Cell

  constructor(cell: Cell) {
    this.#cell = cell
  }

  get self(): ActorRef<unknown> {
    return this.#cell
  }

  get parent(): AnyRef | undefined {
    return this.#cell.parent
  }

  get name(): string {
    return this.#cell.name
  }

  get path(): string {
    return this.#cell.path
  }

  get system(): ActorSystem {
    return this.#cell.system.facade
  }

  get environment(): Environment {
    return this.#cell.system.environment
  }

  get log(): Log {
    return this.#cell.system.environment.log
  }

  get restarts(): number {
    return this.#cell.extension?.restarts ?? 0
  }

  get sender(): ActorRef<unknown> | undefined {
    return this.#cell.extension?.sender
  }

  spawn<N>(behavior: BehaviorLike<N>, name?: string, options?: SpawnOptions<N>): ActorRef<N> {
    return spawnCell(this.#cell, behavior, name, options)
  }

  children(): readonly AnyRef[] {
    const children: AnyRef[] = []
    let child = this.#cell.extension?.firstChild
    for (; child !== undefined; child = child.next) children.push(child)
    return children
  }

  child(name: string): AnyRef | undefined {
    return this.#cell.extension?.names?.get(name)
  }

  get childCount(): number {
    return this.#cell.extension?.childCount ?? 0
  }

  watch(ref: AnyRef, message?: unknown): void {
    watch(this.#cell, ref, message === undefined ? undefined : { value: message })
  }

  unwatch(ref: AnyRef): void {
    unwatch(this.#cell, ref)
  }

  stop(): void
  stop(child: AnyRef): Promise<void>
  stop(child?: AnyRef): Promise<void> | void {
    if (child !== undefined && child !== this.#cell) return stopChild(this.#cell, child, 'stop')
    const cell = this.#cell
    if (isHandling(cell)) cell.status |= STOP_ASKED
    else requestStop(cell, 'stop')
  }

  kill(child: AnyRef): Promise<void> {
    return stopChild(this.#cell, child, 'kill')
  }

  become(behavior: BehaviorLike<unknown>): void {
    if (isHandling(this.#cell)) this.#cell.status |= CHANGED
    install(this.#cell, toBehavior(behavior))
  }

  get timers(): Timers<unknown> {
    return (this.#cell.ext.timers ??= new TimersOfCell(this.#cell))
  }

  get stash(): Stash<unknown> {
    return (this.#cell.ext.stash ??= new StashOfCell(this.#cell))
  }

  ask<N, R>(
    ref: ActorRef<N>,
    build: (replyTo: ActorRef<R>) => N,
    options?: AskOptions,
  ): Promise<R> {
    const { dispatcher } = this.#cell.system
    if (dispatcher.current !== undefined) return ref.ask(build, options)
    // After an await: on nobody's stack, but still this actor's doing.
    dispatcher.current = this.#cell
    try {
      return ref.ask(build, options)
    } finally {
      dispatcher.current = undefined
    }
  }

  pipeToSelf<T>(
    promise: Promise<T>,
    toMessage: (value: T | undefined, error: unknown) => unknown,
  ): void {
    asideIfAsked(this.#cell, promise)
    promise.then(
      (value) => {
        tellTranslated(this.#cell, () => toMessage(value, undefined))
      },
      (error: unknown) => {
        tellTranslated(this.#cell, () => toMessage(undefined, error))
      },
    )
  }

  adapter<N>(translate: (message: N) => unknown): ActorRef<N> {
    return new Adapter(this.#cell, translate as (message: unknown) => unknown)
  }

  unhandled(): void {
    if (isHandling(this.#cell)) this.#cell.status |= UNHANDLED
  }
}
