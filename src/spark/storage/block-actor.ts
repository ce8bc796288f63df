import { accepting, receive, setup, type Behavior } from '../../actors/index.ts'
import type { BlockManager } from './block-manager.ts'
import type { BlockSource } from './block-source.ts'
import { fetchBlock } from './fetch-block.ts'
import { MAX_BLOCK_CHUNK_BYTES, type BlockChunk, type BlockCommand } from './protocol.ts'
import { isBlockCommand } from './shapes.ts'

/** How long the bytes of a block that is read in chunks are held after the last chunk. */
const HELD_MS = 10_000

/** What {@link blockActor} works with. */
export interface BlockActorProps {
  readonly manager: BlockManager
  /** Lets go of the map outputs of a shuffle. */
  readonly removeShuffle: (shuffleId: number) => Promise<void>
  /** Lets go of what was put together of a broadcast's pieces. */
  readonly forgetBroadcast: (broadcastId: number) => void
  readonly timeoutMs: number
}

type Private = BlockCommand | { readonly type: 'let-go'; readonly name: string }

/**
 * Serves the blocks of one executor to others, a chunk a message, takes copies of theirs, and lets go of blocks when
 * the driver says so. Nothing it does holds up what is asked next.
 */
export function blockActor(props: BlockActorProps): Behavior<BlockCommand> {
  const behavior = setup<Private>((ctx) => {
    /** Blocks that are being read: their bytes are made once. */
    const held = new Map<string, Promise<BlockSource | undefined>>()
    const sourceOf = (name: string): Promise<BlockSource | undefined> => {
      let source = held.get(name)
      if (source === undefined) {
        const asked = props.manager.sourceOf(name)
        source = asked
        held.set(name, asked)
        // What is not there may be there the next time.
        const forget = (): void => {
          if (held.get(name) === asked) held.delete(name)
        }
        asked.then((found) => {
          if (found === undefined) forget()
        }, forget)
      }
      ctx.timers.startSingle(name, { type: 'let-go', name }, HELD_MS)
      return source
    }
    const letGo = (name: string): void => {
      void closed(held.get(name))
      held.delete(name)
    }
    const handle = (message: Private): void => {
      switch (message.type) {
        case 'let-go':
          letGo(message.name)
          return
        case 'read-block':
          void answerChunk(message, sourceOf)
          return
        case 'copy-block':
          void copy(message, props)
          return
        case 'remove-blocks':
          void remove(message, props)
          return
      }
    }
    return receive<Private>(handle, (signal) => {
      if (signal.type === 'PostStop') for (const name of [...held.keys()]) letGo(name)
    })
  })
  return accepting(isBlockCommand, behavior)
}

/** A file that does not close well has been read. */
async function closed(source: Promise<BlockSource | undefined> | undefined): Promise<void> {
  await source?.then((found) => found?.close()).catch(() => undefined)
}

async function answerChunk(
  { name, offset, lengthBytes, replyTo }: Extract<BlockCommand, { type: 'read-block' }>,
  sourceOf: (name: string) => Promise<BlockSource | undefined>,
): Promise<void> {
  // A file that can't be read is as good as none.
  const answer = await readSource(
    await sourceOf(name).catch(() => undefined),
    offset,
    lengthBytes,
  ).catch(() => undefined)
  replyTo.tell(answer ?? { type: 'block-absent' })
}

async function readSource(
  source: BlockSource | undefined,
  offset: number,
  lengthBytes: number,
): Promise<BlockChunk | undefined> {
  if (source === undefined) return undefined
  const bytes = await source.read(offset, Math.min(lengthBytes, MAX_BLOCK_CHUNK_BYTES))
  return { type: 'block-chunk', bytes, totalBytes: source.sizeBytes }
}

async function copy(
  { name, level, from, replyTo }: Extract<BlockCommand, { type: 'copy-block' }>,
  { manager, timeoutMs }: BlockActorProps,
): Promise<void> {
  const plan = manager.plans.toKeep(name, level)
  const fetched = await fetchBlock(from, name, timeoutMs, plan).catch(() => undefined)
  // Who could not keep it says so: the copy is asked of another then.
  const done =
    fetched !== undefined && (await manager.keepFetched(name, level, fetched).catch(() => false))
  replyTo.tell({ type: 'blocks-done', done })
}

async function remove(
  { of, id, replyTo }: Extract<BlockCommand, { type: 'remove-blocks' }>,
  { manager, removeShuffle, forgetBroadcast }: BlockActorProps,
): Promise<void> {
  if (of === 'broadcast') forgetBroadcast(id)
  const work = of === 'shuffle' ? removeShuffle(id) : manager.removeAll(of, id)
  // What can't be removed now goes with the executor's directory.
  const done = await work.then(
    () => true,
    () => false,
  )
  replyTo.tell({ type: 'blocks-done', done })
}
