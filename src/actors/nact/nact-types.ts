import type { ActorRef } from '../actor-ref.ts'

declare const messageType: unique symbol

/** A reference as nact's functions take and return it; every Troupe ref of a bridged system is one. */
export interface NactRef<in M = never> {
  readonly [messageType]?: (message: M) => void
}

/** A path of nact's: names below the root of a system. */
export interface NactPath {
  readonly parts: readonly string[]
  readonly system: string
  createChildPath(name: string): NactPath
}

/** What nact knows an actor by. */
export interface NactReference {
  readonly type: string
  readonly system: { readonly name: string | undefined }
  path: NactPath
  name: string
}

/** A fate that nact's `onCrash` picked: one of its symbols. */
export type NactDecision = symbol

export type NactCrashPolicy = (
  message: unknown,
  error: unknown,
  context: unknown,
  child: unknown,
) => NactDecision | Promise<NactDecision>

/** What nact's functions do with what a reference leads to. */
export interface NactConcrete {
  dispatch(message: unknown, sender?: unknown): void
  query?(message: unknown, timeoutMs: number): Promise<unknown>
  stop?(): void
}

/** What a nact actor needs of its parent. */
export interface NactParent extends NactConcrete {
  readonly system: NactSystem
  readonly path: NactPath
  readonly reference: unknown
  readonly children: NactChildren
  assertNotStopped(): true
  childSpawned(child: NactActor): void
  childStopped(child: NactActor): void
  handleFault(message: unknown, sender: unknown, error: unknown, child: unknown): unknown
}

/** The part of a `Map` from names to children that nact uses. */
export interface NactChildren {
  has(name: string): boolean
  get(name: string): NactConcrete | undefined
  values(): Iterable<NactConcrete>
}

/** The inside of a nact actor, as of version 7.6.2. */
export interface NactActor extends NactConcrete {
  name: string
  path: NactPath
  readonly reference: NactReference
  readonly system: NactSystem
  readonly parent: NactParent | undefined
  readonly log: unknown
  readonly stopped: boolean
  readonly onCrash: NactCrashPolicy
  children: NactChildren
  childReferences: ReadonlyMap<string, unknown>
  createContext: (sender: unknown) => unknown
  childSpawned: (child: NactActor) => void
  childStopped: (child: NactActor) => void
  handleFault: (message: unknown, sender: unknown, error: unknown, child?: unknown) => Promise<void>
  handleFaultedRecovery?: (message: unknown, sender: unknown, error: unknown) => Promise<boolean>
  readonly persist?: (...args: unknown[]) => Promise<void>
  stop(): void
  reset(): void
  resume(): void
}

/** The inside of a nact system. */
export interface NactSystem {
  readonly name: string
  readonly path: NactPath
  readonly reference: NactReference
  readonly children: ReadonlyMap<string, NactActor>
  find: (reference: unknown) => NactConcrete | undefined
  stop: () => void
  addTempReference: (reference: { id: number }, deferral: unknown) => void
}

/** What configures a nact system, such as nact's `configurePersistence(engine)`. */
export type NactPlugin = (system: never) => void

/** A ref that nact can look up, too. */
export interface NactReplyRef extends ActorRef<unknown> {
  readonly system: { readonly name: string }
}
