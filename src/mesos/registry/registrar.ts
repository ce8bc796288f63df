import {
  accepting,
  oneOf,
  setup,
  stateful,
  type ActorRef,
  type Behavior,
} from '../../actors/index.ts'
import { recordsOf, registryOf } from './records.ts'
import type { Registry, RegistryChange } from './registry.ts'
import type { RegistryStore } from './store.ts'

/** What the registrar tells its owner besides what it was given to say. */
export type RegistrarNotice =
  /** Once, before all else: what earlier masters have promised, with the epoch of this one, which is written already. */
  | { readonly type: 'registry-recovered'; readonly registry: Registry; readonly tookMs: number }
  /** Something was written, which took so long. */
  | { readonly type: 'registry-written'; readonly tookMs: number }
  /** Nothing can be promised any more. The registrar has ended. */
  | { readonly type: 'registry-failed'; readonly error: unknown }

/** Writes changes, and tells the owner `then` once they are durable. */
export interface RecordChanges<Then> {
  readonly type: 'record'
  readonly changes: readonly RegistryChange[]
  readonly then?: Then
}

type Message<Then> =
  | RecordChanges<Then>
  | { readonly type: 'opened'; readonly store: RegistryStore; readonly registry: Registry }
  | {
      readonly type: 'written'
      readonly batch: readonly RecordChanges<Then>[]
      readonly sinceMs: number
    }
  | { readonly type: 'failed'; readonly error: unknown }

interface State<Then> {
  readonly store: RegistryStore | undefined
  readonly isWriting: boolean
  readonly waiting: readonly RecordChanges<Then>[]
}

/** How a registry is opened. */
export interface RegistrarOptions {
  readonly open: () => Promise<RegistryStore>
  /** The epoch of the master is at least this, and more than any before. */
  readonly leastEpoch: number
}

/**
 * Keeps the registry of its owner: reads it and begins an epoch, then writes what it is told. What comes while a write is
 * under way goes into the next one, all of it; its owner hears of each in order, once it is durable.
 */
export function registrar<Then>(
  { open, leastEpoch }: RegistrarOptions,
  owner: ActorRef<Then | RegistrarNotice>,
): Behavior<RecordChanges<Then>> {
  const behavior = setup<Message<Then>>((ctx) => {
    const { clock } = ctx.environment
    const begunMs = clock.now()
    const failed = (error: unknown): Message<Then> => ({ type: 'failed', error })
    const flush = (state: State<Then>): State<Then> => {
      const { store, isWriting, waiting } = state
      if (store === undefined || isWriting || waiting.length === 0) return state
      const records = waiting.flatMap(({ changes }) => changes.flatMap(recordsOf))
      const sinceMs = clock.now()
      ctx.pipeToSelf(store.write(records), (_, error) =>
        error === undefined ? { type: 'written', batch: waiting, sinceMs } : failed(error),
      )
      return { ...state, isWriting: true, waiting: [] }
    }
    ctx.pipeToSelf(begin(open, leastEpoch), (opened, error) =>
      opened === undefined ? failed(error) : { type: 'opened', ...opened },
    )
    const initial: State<Then> = { store: undefined, isWriting: false, waiting: [] }
    return stateful<State<Then>, Message<Then>>(
      initial,
      (state, message) => {
        switch (message.type) {
          case 'record':
            return flush({ ...state, waiting: [...state.waiting, message] })
          case 'opened':
            owner.tell({
              type: 'registry-recovered',
              registry: message.registry,
              tookMs: clock.now() - begunMs,
            })
            return flush({ ...state, store: message.store })
          case 'written':
            owner.tell({ type: 'registry-written', tookMs: clock.now() - message.sinceMs })
            for (const { then } of message.batch) if (then !== undefined) owner.tell(then)
            return flush({ ...state, isWriting: false })
          case 'failed':
            owner.tell({ type: 'registry-failed', error: message.error })
            ctx.stop()
            return state
        }
      },
      async (state, signal) => {
        if (signal.type === 'PostStop') await state.store?.close()
        return state
      },
    )
  })
  return accepting(oneOf([]), behavior)
}

async function begin(
  open: () => Promise<RegistryStore>,
  leastEpoch: number,
): Promise<{ readonly store: RegistryStore; readonly registry: Registry }> {
  const store = await open()
  const before = registryOf(await store.entries())
  const begun = { type: 'epoch-begun', epoch: Math.max(before.epoch + 1, leastEpoch) } as const
  await store.write(recordsOf(begun))
  return { store, registry: { ...before, epoch: begun.epoch } }
}
